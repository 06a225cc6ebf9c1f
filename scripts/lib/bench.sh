# Servers and poolers of scripts/bench; sourced by it. Everything lives in one folder and ends with
# the script. Roles: bench (trusted), bench_scram (SCRAM-SHA-256).

bench_pids=() bench_targets=()

bench_class_path() {
  echo "$RELEVO_ROOT/proxy-service/target/test-classes:$(relevo_proxy_class_path):$RELEVO_ROOT/proxy-service/target/bench-lib/*"
}

# The measuring programs are test sources: compiled when one is newer than the last time.
bench_compile() {
  local stamp="$RELEVO_ROOT/proxy-service/target/bench-lib/compiled"
  if [ -f "$stamp" ] && [ -z "$(find "$RELEVO_ROOT/proxy-service/src/test" \
    -newer "$stamp" -type f -print -quit)" ]; then
    return 0
  fi
  echo 'bench: compiling…' >&2
  if ! (cd "$RELEVO_ROOT" && mvn -B -ntp -Pbench -Dspotless.check.skip=true -pl proxy-service -am \
    process-test-classes) >"$RELEVO_ROOT/target/bench-build.log" 2>&1; then
    grep -E '^\[ERROR\]' "$RELEVO_ROOT/target/bench-build.log" | head -5 >&2
    echo "bench: the build failed; see $RELEVO_ROOT/target/bench-build.log" >&2
    return 12
  fi
  mkdir -p "${stamp%/*}" && touch "$stamp"
}

# Sets bindir to a folder with initdb and postgres.
bench_find_postgres() {
  command -v pgbench >/dev/null || relevo_need_packages 'pgbench and a server' postgresql postgresql-client
  if [ -z "$1" ]; then
    bindir=$(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin 2>/dev/null | sort -V | tail -1 || true)
  fi
  if [ ! -x "$bindir/initdb" ]; then
    echo "bench: there is no PostgreSQL in '$bindir'; name one with --pg-bindir" >&2
    exit 7
  fi
}

# Servers refuse to run as root.
bench_as_server() {
  if [ "$(id -u)" = 0 ]; then
    setpriv --reuid=postgres --regid=postgres --init-groups "$@"
  else
    "$@"
  fi
}

bench_prepare() {
  bench_folder=$(mktemp -d "${TMPDIR:-/tmp}/relevo-bench.XXXXXX")
  bench_fast=$bench_folder/samples
  if [ -w /dev/shm ]; then
    bench_fast=$(mktemp -d /dev/shm/relevo-bench.XXXXXX)
  fi
  mkdir -p "$bench_fast" "$bench_folder/server" "$bench_folder/relevo/data"
  chmod 755 "$bench_folder"
  if [ "$(id -u)" = 0 ]; then chown postgres "$bench_folder" "$bench_folder/server"; fi
}

# Each pooler with its own children, the service, then the server; by number, never by name.
bench_clean() {
  local pid
  for pid in ${bench_pids[@]+"${bench_pids[@]}"}; do
    kill -TERM "$pid" 2>/dev/null || continue
    for _ in $(seq 50); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
  done
  local data
  for data in "$bench_folder"/server/{standby,data}; do
    if [ -f "$data/postmaster.pid" ]; then
      bench_as_server "$bindir/pg_ctl" -D "$data" -m fast -s stop || true
    fi
  done
  if [ -n "$keep" ]; then
    echo "bench: kept $bench_folder" >&2
  else
    rm -rf "$bench_folder"
  fi
  rm -rf "$bench_fast"
}

bench_sql() {
  psql -X -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$server_port" -U "$1" -d "$2" -Atq -c "$3"
}

bench_start_postgres() {
  local data="$bench_folder/server/data"
  server_port=$(relevo_free_port)
  bench_as_server "$bindir/initdb" -D "$data" -U postgres -A trust >"$bench_folder/server/initdb.log" 2>&1
  cat >>"$data/postgresql.conf" <<TEXT
port = $server_port
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
shared_buffers = 512MB
max_connections = 1300
max_wal_size = 4GB
checkpoint_timeout = 30min
autovacuum = off
TEXT
  cat >"$data/pg_hba.conf" <<'TEXT'
host all bench_scram 127.0.0.1/32 scram-sha-256
host all,replication all 127.0.0.1/32 trust
TEXT
  bench_as_server "$bindir/pg_ctl" -D "$data" -l "$bench_folder/server/log" -w -s start
  bench_sql postgres postgres "CREATE ROLE bench SUPERUSER LOGIN"
  bench_sql postgres postgres "CREATE ROLE bench_scram SUPERUSER LOGIN PASSWORD 'bench-password'"
  bench_sql postgres postgres "CREATE DATABASE bench OWNER bench"
  pgbench -h 127.0.0.1 -p "$server_port" -U bench -i -q -s 20 bench 2>/dev/null
  bench_sql bench bench "CREATE TABLE bulk AS SELECT i AS id, md5(i::text) AS a, md5((i+1)::text) AS b, i*7 AS n FROM generate_series(1, 1000000) i"
  bench_sql bench bench "CREATE UNLOGGED TABLE sink (id int, a text, b text, n int)"
  bench_sql bench bench "VACUUM ANALYZE"
  bench_sql bench bench "CHECKPOINT"
  bench_targets=("direct=127.0.0.1:$server_port")
}

# A copy of the server that follows it.
bench_start_standby() {
  local data="$bench_folder/server/standby"
  standby_port=$(relevo_free_port)
  bench_as_server "$bindir/pg_basebackup" -h 127.0.0.1 -p "$server_port" -U postgres \
    -D "$data" -R -X stream -c fast
  echo "port = $standby_port" >>"$data/postgresql.conf"
  bench_as_server "$bindir/pg_ctl" -D "$data" -l "$bench_folder/server/standby.log" -w -s start
}

bench_await() { # NAME PORT PID
  for _ in $(seq 150); do
    (exec 3<>"/dev/tcp/127.0.0.1/$2") 2>/dev/null && return 0
    kill -0 "$3" 2>/dev/null || break
    sleep 0.1
  done
  echo "bench: $1 did not start; its output is $bench_folder/$1.log" >&2
  keep=1
  return 1
}

bench_launch() { # NAME PORT COMMAND…
  local name=$1 port=$2
  shift 2
  "$@" >"$bench_folder/$name.log" 2>&1 </dev/null &
  local pid=$!
  bench_pids+=("$pid")
  bench_await "$name" "$port" "$pid" || return
  bench_targets+=("$name=127.0.0.1:$port,$pid")
}

bench_relevo_configuration() { # POOL_MODE
  local folder="$bench_folder/relevo"
  relevo_port=$(relevo_free_port)
  cat >"$folder/pool_hba.conf" <<'TEXT'
host all bench_scram 127.0.0.1/32 scram-sha-256
host all all 127.0.0.1/32 trust
TEXT
  cat >"$folder/relevo.conf" <<TEXT
listen_addresses = '127.0.0.1'
port = $relevo_port
num_init_children = 12000
pool_mode = $1
default_pool_size = 20
enable_pool_hba = on
pool_hba_file = '$folder/pool_hba.conf'
backend_hostname0 = '127.0.0.1'
backend_port0 = $server_port
health_check_user = 'postgres'
health_check_database = 'postgres'
data_directory = '$folder/data'
log_file = '$folder/relevo.log'
jmx_listen_addresses = '127.0.0.1'
jmx_port = $(relevo_free_port)
TEXT
  if [ "$1" = session ]; then
    sed -i 's/^default_pool_size.*/default_pool_size = 1200/' "$folder/relevo.conf"
  fi
}

bench_start_relevo() { # POOL_MODE
  bench_relevo_configuration "$1"
  # shellcheck disable=SC2086
  bench_launch relevo "$relevo_port" "$JAVA_HOME/bin/java" "${relevo_proxy_flags[@]}" \
    "${relevo_proxy_cache[@]}" ${RELEVO_PROXY_JVM:-} -cp "$class_path" \
    org.relevo.proxy.Main --config "$bench_folder/relevo/relevo.conf"
}

# A second service, that shares reads among the server and its standby.
bench_start_balanced() { # POOL_MODE
  local folder="$bench_folder/relevo" two="$bench_folder/relevo-two" port
  port=$(relevo_free_port)
  mkdir -p "$two/data"
  sed -e "s|^port = .*|port = $port|" -e "s|$folder/|$two/|" \
    -e "s|^jmx_port = .*|jmx_port = $(relevo_free_port)|" "$folder/relevo.conf" >"$two/relevo.conf"
  cp "$folder/pool_hba.conf" "$two/"
  cat >>"$two/relevo.conf" <<TEXT
backend_hostname1 = '127.0.0.1'
backend_port1 = $standby_port
statement_level_load_balance = on
$balance
TEXT
  # shellcheck disable=SC2086
  bench_launch relevo-two "$port" "$JAVA_HOME/bin/java" "${relevo_proxy_flags[@]}" \
    "${relevo_proxy_cache[@]}" ${RELEVO_PROXY_JVM:-} -cp "$class_path" \
    org.relevo.proxy.Main --config "$two/relevo.conf"
}

bench_start_peers() { # POOL_MODE LIST
  local peer
  for peer in pgbouncer pgpool haproxy; do
    if [ -n "$2" ] && [[ ",$2," != *",$peer,"* ]]; then continue; fi
    if ! command -v "$peer" >/dev/null; then
      if [ -n "$2" ]; then echo "bench: $peer is not installed" >&2; fi
      continue
    fi
    "bench_start_$peer" "$1" || echo "bench: goes on without $peer" >&2
  done
}

bench_start_pgbouncer() { # POOL_MODE
  local port pool=20
  port=$(relevo_free_port)
  if [ "$1" = session ]; then pool=1200; fi
  printf '"bench" ""\n"bench_scram" "%s"\n' "$(bench_sql bench bench \
    "SELECT rolpassword FROM pg_authid WHERE rolname = 'bench_scram'")" >"$bench_folder/userlist.txt"
  cp "$bench_folder/relevo/pool_hba.conf" "$bench_folder/pgbouncer-hba.conf"
  cat >"$bench_folder/pgbouncer.ini" <<TEXT
[databases]
bench = host=127.0.0.1 port=$server_port dbname=bench
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $port
unix_socket_dir =
auth_type = hba
auth_hba_file = $bench_folder/pgbouncer-hba.conf
auth_file = $bench_folder/userlist.txt
pool_mode = $1
default_pool_size = $pool
max_client_conn = 12000
log_connections = 0
log_disconnections = 0
ignore_startup_parameters = extra_float_digits
TEXT
  if pgbouncer --version | grep -qE '1\.(2[1-9]|[3-9][0-9])'; then
    echo 'max_prepared_statements = 200' >>"$bench_folder/pgbouncer.ini"
  fi
  bench_launch pgbouncer "$port" bench_exec_as_server pgbouncer -q "$bench_folder/pgbouncer.ini"
}

# Replaces the background shell, so that the number of the child is that of the program.
bench_exec_as_server() {
  if [ "$(id -u)" = 0 ]; then
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$@"
  fi
  exec "$@"
}

bench_start_pgpool() {
  local folder="$bench_folder/pgpool" port
  port=$(relevo_free_port)
  mkdir -p "$folder"
  : >"$folder/pcp.conf"
  cp "$bench_folder/relevo/pool_hba.conf" "$folder/pool_hba.conf"
  echo 'bench_scram:TEXTbench-password' >"$folder/pool_passwd"
  cat >"$folder/pgpool.conf" <<TEXT
backend_clustering_mode = 'raw'
listen_addresses = '127.0.0.1'
port = $port
socket_dir = '$folder'
pcp_listen_addresses = ''
pcp_port = $(relevo_free_port)
pcp_socket_dir = '$folder'
num_init_children = 40
max_pool = 1
child_life_time = 0
enable_pool_hba = on
pool_passwd = '$folder/pool_passwd'
connection_cache = on
sr_check_user = 'postgres'
health_check_user = 'postgres'
pid_file_name = '$folder/pid'
logdir = '$folder'
backend_hostname0 = '127.0.0.1'
backend_port0 = $server_port
backend_weight0 = 1
TEXT
  if [ "$(id -u)" = 0 ]; then chown -R postgres "$folder"; fi
  bench_launch pgpool "$port" bench_exec_as_server pgpool -n -D -f "$folder/pgpool.conf" \
    -a "$folder/pool_hba.conf" -F "$folder/pcp.conf"
}

bench_start_haproxy() {
  local port
  port=$(relevo_free_port)
  cat >"$bench_folder/haproxy.cfg" <<TEXT
global
  nbthread $(nproc)
  maxconn 8000
defaults
  mode tcp
  timeout connect 5s
  timeout client 1h
  timeout server 1h
listen server
  bind 127.0.0.1:$port
  server a 127.0.0.1:$server_port
TEXT
  bench_launch haproxy "$port" haproxy -db -f "$bench_folder/haproxy.cfg"
}
