# Sourced by pcp_*: today's options (-h -p -U -w -W -n …) and the article's positional form
# (timeout host port user password [node]); both end in one call of the PCP client.
set -euo pipefail

RELEVO_ROOT=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
export RELEVO_ROOT
. "$RELEVO_ROOT/scripts/lib/jdk.sh"
. "$RELEVO_ROOT/scripts/lib/build.sh"
. "$RELEVO_ROOT/scripts/lib/proxy.sh"

relevo_find_jdk || exit 1
relevo_build || exit 1
exec "$JAVA_HOME/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx32m -Xshare:auto \
  -cp "$(relevo_proxy_class_path)" org.relevo.proxy.pcp.PcpMain "$(basename "$0")" "$@"
