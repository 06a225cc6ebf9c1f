# Stops a PostgreSQL server when whoever feeds standard input stops feeding.
#   relevo-guard DATA GRACE_MS     (as the owner of DATA)
# Lines: a moment of /proc/uptime in ms until which the server may run; `idle`: no deadline, and the
# end of input means nothing; `quit`;
# `may N`: answered by `N yes` when it was fed and that moment has not passed, else by `N no`;
# `unseal N`: as `may`, and after a yes the next start of the server is as a primary.
# End of input: GRACE_MS for another guard, which was fed, to take over; it does so by the file
# DATA/relevo.guard, "pid:start time of the process".
data=$1 grace=$2
own=$data/relevo.guard said=$data/relevo.guard.said

now() { # ms since the machine started, sleep included
  local up
  read -r up _ </proc/uptime
  ms=$((10#${up%.*} * 1000 + 10#${up#*.} * 10))
}
stat_of() { # state and start time of a process
  local line
  state=X begun=0
  { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
  line=${line##*) }
  set -- $line
  state=$1 begun=${20}
}
runs() { stat_of "$1" && [[ $state != [ZX] ]]; }
owner() { # whose turn it is; fails when that guard is gone
  holder=
  { read -r holder <"$own"; } 2>/dev/null
  [[ $holder =~ ^([0-9]+):([0-9]+)$ ]] && runs "${BASH_REMATCH[1]}" &&
    [[ $begun == "${BASH_REMATCH[2]}" ]]
}
take() { printf '%s\n' "$me" >"$own.$$" && mv -f "$own.$$" "$own" && mine=1; }
stop() {
  local pm children=() file i
  printf '%s\n' "$1" >"$said"
  # The next start is as a standby, whoever does it.
  : >>"$data/standby.signal"
  { read -r pm <"$data/postmaster.pid"; } 2>/dev/null
  if [[ $pm =~ ^[0-9]+$ ]] && runs "$pm" && [[ /proc/$pm/cwd -ef $data ]]; then
    kill -QUIT "$pm"
    for ((i = 0; i < 40; i++)); do
      runs "$pm" || break
      sleep 0.05
    done
    if runs "$pm"; then
      for file in /proc/[0-9]*/status; do
        while read -r key value _; do
          [[ $key == PPid: ]] && { [[ $value == "$pm" ]] && children+=("${file//[!0-9]/}"); break; }
        done 2>/dev/null <"$file"
      done
      kill -KILL "$pm" "${children[@]}" 2>/dev/null
    fi
  fi
  rm -f "$own"
  exit 0
}

may() { # whether the server may become a primary now
  now
  [[ $mine == 1 && $fed == 1 && -n $deadline && $ms -lt $deadline ]]
}
answer() { printf '%s %s\n' "$1" "$2" 2>/dev/null; }

trap '' PIPE # whoever asked may be gone
fed=0
stat_of $$
me=$$:$begun mine=0 ended=0 idle=0 part=
now
deadline=$((ms + grace))
owner || take
while :; do
  if owner; then
    [[ $mine == 1 && $holder != "$me" ]] && exit 0
  elif [[ $mine == 0 ]]; then
    now
    [[ $idle == 1 ]] || deadline=$((ms + grace))
    take
  fi
  if [[ $ended == 1 ]]; then
    sleep 0.1
  else
    IFS= read -r -t 0.1 line
    code=$?
    line=$part$line part=
    if [[ $code == 0 ]]; then
      case $line in
        idle) deadline= idle=1; [[ $mine == 1 ]] || take ;;
        'may '*) may && answer "${line#* }" yes || answer "${line#* }" no ;;
        'unseal '*)
          if may && rm -f "$data/standby.signal"; then
            answer "${line#* }" yes
          else
            answer "${line#* }" no
          fi
          ;;
        quit) [[ $mine == 1 ]] && rm -f "$own"; exit 0 ;;
        *[!0-9]* | '') ;;
        *) deadline=$line fed=1 idle=0; [[ $mine == 1 ]] || take ;;
      esac
      continue # all that is waiting is read before a deadline counts
    elif [[ $code -gt 128 ]]; then
      part=$line # the time ran out in the middle of a line
    else
      ended=1
      [[ $mine == 0 ]] && exit 0
      if [[ -z $deadline ]]; then rm -f "$own"; exit 0; fi
      now
      deadline=$((ms + grace))
    fi
  fi
  now
  if [[ $mine == 1 && -n $deadline && $ms -ge $deadline ]]; then
    if [[ $ended == 1 ]]; then stop "its agent was gone for $grace ms"; fi
    stop "its agent did not say that it may go on: fed until $deadline, now $ms"
  fi
done
