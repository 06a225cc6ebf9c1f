# Builds the modules when a source is newer than the last build; sourced by the other scripts.
# Needs RELEVO_ROOT and JAVA_HOME.

# Maven, and npm for the build step that fetches PostgreSQL's grammar.
relevo_need_maven() {
  local missing=''
  command -v mvn >/dev/null || missing='maven'
  { command -v npm && command -v node; } >/dev/null || missing="$missing nodejs npm"
  # shellcheck disable=SC2086
  [ -z "$missing" ] || relevo_need_packages 'the build' $missing
}

# RELEVO_CLASS_PATH names a build that is used as it is.
relevo_build() {
  [ -z "${RELEVO_CLASS_PATH:-}" ] || return 0
  local stamp="$RELEVO_ROOT/target/built"
  if [ -f "$stamp" ] && [ -z "$(find "$RELEVO_ROOT/pom.xml" "$RELEVO_ROOT"/*/pom.xml \
    "$RELEVO_ROOT"/*/src/main "$RELEVO_ROOT"/*/src/grammar "$RELEVO_ROOT/resources/i18n" "$RELEVO_ROOT/resources/sql" \
    -newer "$stamp" -type f -print -quit)" ]; then
    return 0
  fi
  relevo_need_maven || return
  mkdir -p "$RELEVO_ROOT/target"
  echo 'relevo: building (the first time also fetches libraries)…' >&2
  if ! (
    # Two commands at once build one after the other.
    exec 9>"$RELEVO_ROOT/target/build.lock"
    flock 9
    cd "$RELEVO_ROOT" && mvn -B -ntp -Dmaven.test.skip=true -Dspotless.check.skip=true package >"$RELEVO_ROOT/target/build.log" 2>&1
  ); then
    grep -E '^\[ERROR\]' "$RELEVO_ROOT/target/build.log" | head -5 >&2
    echo "relevo: the build failed; see $RELEVO_ROOT/target/build.log" >&2
    return 12
  fi
  touch "$stamp"
}
