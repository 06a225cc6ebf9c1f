# System packages: says the exact command for what is missing, or runs it as root on a Debian-like
# system; sourced by the other scripts.

# relevo_need_packages WHY PACKAGE...
relevo_need_packages() {
  local why=$1 package missing=''
  shift
  if ! command -v dpkg-query >/dev/null; then
    return 0 # not Debian-like: the programs themselves say what they miss
  fi
  for package in "$@"; do
    # A package may have been renamed by a later release (libgtk-3-0t64): either name will do.
    # dpkg-query fails when one of the two names is unknown, whatever it found for the other.
    if ! { dpkg-query -W -f='${Status}\n' "$package" "${package}t64" 2>/dev/null || true; } |
      grep -q 'install ok installed'; then
      missing="$missing $package"
    fi
  done
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "relevo: installing for $why:$missing" >&2
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086
    if { apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing; } >"${TMPDIR:-/tmp}/relevo-apt.$$" 2>&1; then
      rm -f "${TMPDIR:-/tmp}/relevo-apt.$$"
      return 0
    fi
    tail -5 "${TMPDIR:-/tmp}/relevo-apt.$$" >&2
    rm -f "${TMPDIR:-/tmp}/relevo-apt.$$"
  fi
  echo "relevo: $why needs system packages; run: sudo apt-get install$missing" >&2
  return 7
}
