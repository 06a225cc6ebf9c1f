#!/usr/bin/env bash
# Ends what a demo left behind when it died without cleaning up.
#   reaper.sh DIR remove|keep   reads "process PID" lines, then "done" or the end of its input
set -u
dir=$1 fate=$2 done='' pids=''
trap '' INT TERM HUP # Ctrl-C reaches the demo, which says how it ended

while read -r word value; do
  case $word in
    process) pids="$pids $value" ;;
    done) done=1 ;;
  esac
done
[ -z "$done" ] || exit 0

# A process number may have been given to somebody else meanwhile: only those that mention DIR.
for pid in $pids; do
  tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF "$dir" && kill -TERM "$pid" 2>/dev/null
done
for signal in INT QUIT KILL; do
  left=''
  for file in "$dir"/nodes/*/data/postmaster.pid; do
    [ -r "$file" ] || continue
    read -r pid <"$file"
    if [ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "${file%/postmaster.pid}" ]; then
      kill "-$signal" "$pid" 2>/dev/null
      left="$left $pid"
    fi
  done
  for _ in $(seq 100); do
    alive=''
    for pid in $left; do kill -0 "$pid" 2>/dev/null && alive=1; done
    [ -n "$alive" ] || break
    sleep 0.1
  done
  [ -n "$alive" ] || break
done
for pid in $pids; do
  tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF "$dir" && kill -KILL "$pid" 2>/dev/null
done
rm -f "$dir/demo.json"
[ "$fate" = keep ] || rm -rf "$dir"
