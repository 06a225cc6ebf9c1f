# How the service is started: class path, flags of the Java machine, and the start-up cache that
# brings the time to the first accepted connection under a second; sourced by the other scripts.
# Needs RELEVO_ROOT, JAVA_HOME and a build.

# Jars only: the start-up cache does not work with folders of classes.
relevo_proxy_class_path() {
  [ -z "${RELEVO_CLASS_PATH:-}" ] || { echo "$RELEVO_CLASS_PATH" && return; }
  local jars=("$RELEVO_ROOT"/proxy-service/target/proxy-service-*.jar
    "$RELEVO_ROOT"/jmx-agent/target/jmx-agent-*.jar "$RELEVO_ROOT"/proxy-service/target/lib/*.jar)
  local jar path=''
  for jar in "${jars[@]}"; do
    case $jar in
      *-tests.jar | *-sources.jar | *-javadoc.jar) ;;
      *) path=$path:$jar ;;
    esac
  done
  echo "${path#:}"
}

# Sets relevo_proxy_flags. The cache is made with the same flags as it is used with.
# Why these: resources/docs/performance.md
relevo_proxy_flags() {
  relevo_proxy_flags=(-XX:+UseSerialGC -Xmx256m -XX:MaxDirectMemorySize=256m
    -Djdk.tls.rejectClientInitiatedRenegotiation=true
    -Dio.netty.leakDetection.level=disabled --enable-native-access=ALL-UNNAMED
    --sun-misc-unsafe-memory-access=allow)
}

# Sets relevo_witness_flags: small, since there are only votes. The transport's own copy of Netty
# has its own names; without these it keeps megabytes for each thread.
relevo_witness_flags() {
  local netty=-Dorg.apache.ratis.thirdparty.io.netty
  relevo_witness_flags=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx48m -Xss512k
    -XX:MaxDirectMemorySize=48m -XX:ReservedCodeCacheSize=32m -Xshare:auto
    $netty.allocator.numDirectArenas=1 $netty.allocator.numHeapArenas=1
    $netty.allocator.maxOrder=4 $netty.eventLoopThreads=1
    --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
}

# Sets relevo_proxy_cache to the flags that use the start-up cache; makes it when a jar or the JDK
# has changed since. A cache that cannot be made or does not fit is left out without a word: it
# saves time and nothing else.
relevo_proxy_cache() {
  local cache="$RELEVO_ROOT/target/proxy.aot" made="$RELEVO_ROOT/target/proxy.aot.made" with='' jar
  local class_path=$1
  relevo_proxy_cache=()
  [ -z "${RELEVO_CLASS_PATH:-}" ] || return 0 # the cache is of this folder's own jars
  [ -r "$made" ] && read -r with <"$made"
  [ "$with" = "$JAVA_HOME" ] || with=''
  for jar in "$RELEVO_ROOT"/proxy-service/target/proxy-service-*.jar \
    "$RELEVO_ROOT"/jmx-agent/target/jmx-agent-*.jar; do
    [ "$made" -nt "$jar" ] || with=''
  done
  [ -n "$with" ] || relevo_proxy_train "$cache" "$made" "$class_path" >/dev/null 2>&1 || true
  if [ -s "$cache" ]; then
    # Verified: a damaged file is then passed over like a missing one.
    relevo_proxy_cache=("-XX:AOTCache=$cache" -XX:+VerifySharedSpaces -Xlog:aot=off -Xlog:cds=off)
  fi
}

# A port of this machine that nobody listens on.
relevo_free_port() {
  local port
  for _ in $(seq 100); do
    # below the ports that outgoing connections get
    port=$((12000 + RANDOM % 20000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port" && return; }
  done
  return 1
}

# One short life of the service under traffic, on free ports and with a server that only answers,
# tells Java what to keep: classes, and what the compiler must know of the methods that work most.
relevo_proxy_train() (
  cache=$1 made=$2 class_path=$3
  exec 9>"$made.lock"
  flock -n 9 || exit 0 # somebody else is at it
  rm -f "$cache"
  echo "$JAVA_HOME" >"$made" # whatever comes of it, not again before something changes
  folder=$(mktemp -d) || exit
  service='' traffic=''
  trap 'for p in $service $traffic; do kill -KILL "$p"; done; rm -rf "$folder" "$cache.$$"' EXIT
  port=$(relevo_free_port)
  relevo_proxy_flags
  "$JAVA_HOME/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx128m -cp "$class_path" \
    org.relevo.proxy.training.TrainingMain "$folder/server_port" "$port" 8 9>&- &
  traffic=$!
  for _ in $(seq 100); do
    [ -s "$folder/server_port" ] && break
    sleep 0.1
  done
  echo 'host all all 127.0.0.1/32 trust' >"$folder/pool_hba.conf"
  cat >"$folder/relevo.conf" <<TEXT
listen_addresses = '127.0.0.1'
port = $port
jmx_listen_addresses = '127.0.0.1'
jmx_port = $(relevo_free_port)
backend_hostname0 = '127.0.0.1'
backend_port0 = $(cat "$folder/server_port")
pool_mode = transaction
default_pool_size = 20
enable_pool_hba = on
pool_hba_file = '$folder/pool_hba.conf'
health_check_user = 'postgres'
health_check_database = 'postgres'
data_directory = '$folder/data'
log_file = '$folder/log'
TEXT
  "$JAVA_HOME/bin/java" "${relevo_proxy_flags[@]}" \
    -XX:AOTMode=record "-XX:AOTConfiguration=$folder/seen" -Drelevo.training=true \
    -cp "$class_path" org.relevo.proxy.Main --config "$folder/relevo.conf" 9>&- &
  service=$!
  for _ in $(seq 300); do
    grep -qs service.started "$folder/log" && break
    kill -0 "$service" || exit 1
    sleep 0.1
  done
  # A client comes and goes: SSLRequest, then a start-up packet for user and database "x".
  exec 8<>"/dev/tcp/127.0.0.1/$port"
  printf '\0\0\0\010\004\322\026\057' >&8
  head -c 1 <&8
  printf '\0\0\0\020\0\003\0\0user\0x\0\0' >&8
  exec 8>&-
  wait "$traffic" || true # without the traffic it still saves time at the start
  traffic=''
  kill -TERM "$service"
  wait "$service"
  service=''
  "$JAVA_HOME/bin/java" "${relevo_proxy_flags[@]}" -XX:AOTMode=create \
    "-XX:AOTConfiguration=$folder/seen" "-XX:AOTCache=$cache.$$" -cp "$class_path" 9>&- || exit
  mv "$cache.$$" "$cache"
)
