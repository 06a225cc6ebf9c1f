# Finds a JDK 25 or later and sets JAVA_HOME; sourced by the other scripts.
# Order: JAVA_HOME, the usual folders (newest first). Never an older `java` that happens to be on PATH.

RELEVO_JDK_MIN=25

# Prints the major version of the JDK in folder $1, or nothing when there is none.
relevo_jdk_major() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 0
  if [ -r "$1/release" ]; then
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
  else
    "$1/bin/java" -version 2>&1 | sed -n '1s/.*version "\([0-9]*\).*/\1/p'
  fi
}

relevo_find_jdk() {
  local home major best='' best_major=0
  if [ -n "${JAVA_HOME:-}" ]; then
    major=$(relevo_jdk_major "$JAVA_HOME")
    if [ -n "$major" ] && [ "$major" -ge "$RELEVO_JDK_MIN" ]; then
      export JAVA_HOME
      return 0
    fi
  fi
  for home in /usr/lib/jvm/* /opt/java/* /opt/jdk* /usr/java/* /usr/local/java/* \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*; do
    [ -d "$home" ] || continue
    major=$(relevo_jdk_major "$home")
    if [ -n "$major" ] && [ "$major" -ge "$RELEVO_JDK_MIN" ] && [ "$major" -gt "$best_major" ]; then
      best=$home best_major=$major
    fi
  done
  if [ -n "$best" ]; then
    export JAVA_HOME=$best
    return 0
  fi
  local had=''
  if [ -n "${JAVA_HOME:-}" ]; then
    major=$(relevo_jdk_major "$JAVA_HOME")
    had=" (JAVA_HOME=$JAVA_HOME holds ${major:+JDK }${major:-no JDK})"
  fi
  echo "relevo: no JDK $RELEVO_JDK_MIN or later found$had; install one (Debian/Ubuntu: apt-get install openjdk-25-jdk, or temurin-25-jdk from Adoptium's repository) or set JAVA_HOME to it" >&2
  return 7
}
