# Runs on the machine of a node that is recovered, by SSH. What it needs to know stands above, as
# assignments: ACTION DATA BIN LOG, and for "follow" NAME PORT SOURCE_HOST SOURCE_PORT SOURCE_USER
# PASSWORD SLOT RATE MAPPINGS START_SECONDS.
set -eu
umask 077
LC_ALL=C
export LC_ALL
new="$DATA.relevo-new"
kept="$DATA.relevo-own"
pid_file="$DATA.relevo-pid"
pass_file="$DATA.relevo-passfile"
said="$DATA.relevo-said"
# Programs want a folder that they may read.
cd /

say() {
  printf '%s=%s\n' "$1" "$2"
}

running() {
  "$BIN/pg_ctl" status -D "$DATA" >/dev/null 2>&1
}

look() {
  parent=$(dirname "$DATA")
  [ -d "$parent" ] || { echo "the folder $parent does not exist" >&2; exit 3; }
  present=no
  if [ -e "$DATA" ] && { [ ! -d "$DATA" ] || [ -n "$(ls -A "$DATA")" ]; }; then present=yes; fi
  say present "$present"
  if [ -f "$DATA/PG_VERSION" ]; then
    say major "$(cat "$DATA/PG_VERSION")"
    say identifier "$("$BIN/pg_controldata" -D "$DATA" 2>/dev/null |
      sed -n 's/^Database system identifier: *//p')"
  fi
  if running; then say running yes; fi
  say free "$(df -Pk "$parent" | awk 'NR == 2 { print $4 }')"
  if [ -x "$BIN/postgres" ]; then
    say programs "$("$BIN/postgres" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')"
  fi
}

# A child that is waited for: then a signal is heard at once.
child=
run() {
  "$@" </dev/null &
  child=$!
  wait "$child"
}

stop_here() {
  [ -z "$child" ] || kill "$child" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$new" "$pid_file" "$pass_file" "$said"
  exit 143
}

own_files='postgresql.conf postgresql.auto.conf pg_hba.conf pg_ident.conf'

keep_own_files() {
  [ -d "$kept" ] && return
  mkdir "$kept.new"
  for file in $own_files; do
    [ ! -f "$DATA/$file" ] || cp -p "$DATA/$file" "$kept.new/"
  done
  mv "$kept.new" "$kept"
}

put_back_own_files() {
  [ -d "$kept" ] || return 0
  for file in $own_files; do
    [ ! -f "$kept/$file" ] || cp -p "$kept/$file" "$1/"
  done
}

escaped() {
  printf '%s' "$1" | sed 's/[\\:]/\\&/g'
}

# As PostgreSQL's files take it: quotes doubled, backslashes too.
quoted() {
  printf '%s' "$1" | sed "s/\\\\/\\\\\\\\/g; s/'/''/g"
}

source_is="host='$SOURCE_HOST' port=$SOURCE_PORT user='$SOURCE_USER' connect_timeout=5"

point() {
  cp "$pass_file" "$1/relevo.passfile"
  info="$source_is application_name='$NAME' passfile='$DATA/relevo.passfile'"
  {
    printf "primary_conninfo = '%s'\n" "$(quoted "$info")"
    printf "primary_slot_name = '%s'\n" "$SLOT"
    printf "recovery_target_timeline = 'latest'\n"
    printf 'port = %s\n' "$PORT"
  } >>"$1/postgresql.auto.conf"
  : >"$1/standby.signal"
}

rewind() {
  [ -f "$DATA/PG_VERSION" ] && [ -x "$BIN/pg_rewind" ] && [ ! -e "$DATA.relevo-rewinding" ] ||
    return 1
  state=$("$BIN/pg_controldata" -D "$DATA" | sed -n 's/^Database cluster state: *//p')
  case $state in 'shut down' | 'shut down in recovery') ;; *) return 1 ;; esac
  : >"$DATA.relevo-rewinding"
  run "$BIN/pg_rewind" -D "$DATA" --source-server="$source_is dbname=postgres" >&2 || return 1
  put_back_own_files "$DATA"
  rm -f "$DATA.relevo-rewinding"
}

copy() {
  rm -rf "$new"
  set -- -D "$new" -d "$source_is" -X stream -S "$SLOT" --checkpoint=fast --no-password
  [ "$RATE" = 0 ] || set -- "$@" --max-rate="$RATE"
  for mapping in $MAPPINGS; do
    set -- "$@" --tablespace-mapping="$mapping"
  done
  run "$BIN/pg_basebackup" "$@" >&2
  [ ! -x "$BIN/pg_verifybackup" ] || run "$BIN/pg_verifybackup" --quiet --no-parse-wal "$new" >&2
  put_back_own_files "$new"
  point "$new"
  [ ! -e "$DATA" ] || mv "$DATA" "$DATA.relevo-old-$(date -u +%Y%m%d%H%M%S)"
  mv "$new" "$DATA"
}

# Of the data that copies took the place of, the last is kept. Names sort by their time.
drop_old_copies() {
  last=
  for old in "$DATA".relevo-old-*; do
    [ -d "$old" ] || continue
    [ -z "$last" ] || rm -rf "$last"
    last=$old
  done
}

follow() {
  trap stop_here TERM HUP INT
  echo $$ >"$pid_file"
  printf '*:*:*:%s:%s\n' "$(escaped "$SOURCE_USER")" "$(escaped "$PASSWORD")" >"$pass_file"
  PGPASSFILE=$pass_file
  export PGPASSFILE
  if running; then run "$BIN/pg_ctl" stop -D "$DATA" -m fast -w -t 60 >&2; fi
  [ ! -f "$DATA/PG_VERSION" ] || keep_own_files
  if rewind; then
    point "$DATA"
    how=rewound
  else
    copy
    how=copied
  fi
  run "$BIN/pg_ctl" start -D "$DATA" -l "$LOG" -w -t "$START_SECONDS" >"$said" 2>&1 || {
    cat "$said" >&2
    [ ! -f "$LOG" ] || tail -n 3 "$LOG" >&2
    exit 4
  }
  drop_old_copies
  rm -rf "$kept" "$DATA.relevo-rewinding" "$pid_file" "$pass_file" "$said"
  say how "$how"
}

case $ACTION in
  look) look ;;
  follow) follow ;;
  cancel) if [ -f "$pid_file" ]; then kill "$(cat "$pid_file")" 2>/dev/null || true; fi ;;
esac
