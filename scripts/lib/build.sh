# Builds the modules when a source is newer than the last build; sourced by the other scripts.
# Needs RELEVO_ROOT and JAVA_HOME.

relevo_need_maven() {
  command -v mvn >/dev/null || relevo_need_packages 'the build' maven
}

relevo_build() {
  local stamp="$RELEVO_ROOT/target/built"
  if [ -f "$stamp" ] && [ -z "$(find "$RELEVO_ROOT/pom.xml" "$RELEVO_ROOT"/*/pom.xml \
    "$RELEVO_ROOT"/*/src/main "$RELEVO_ROOT/resources/i18n" "$RELEVO_ROOT/resources/sql" \
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
