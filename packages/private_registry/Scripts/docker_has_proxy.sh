#!/bin/bash
# The running engine has the proxies of the request in its environment, and they are good for the next start too.
set -euo pipefail

[ "$(systemctl show --property=NeedDaemonReload --value docker)" = no ]
pid=$(systemctl show --property=MainPID --value docker)
[ "$pid" -gt 0 ]
# The values may hold a password, so they never become an argument of a program.
has() {
    [ -n "$2" ] || return 0
    local entry
    while IFS= read -r -d '' entry; do
        [ "$entry" != "$1=$2" ] || return 0
    done <"/proc/$pid/environ"
    return 1
}
has HTTP_PROXY {{ input.proxy.http_proxy }}
has HTTPS_PROXY {{ input.proxy.https_proxy }}
has NO_PROXY {{ input.proxy.no_proxy }}
docker version --format '{% raw %}{{.Server.Version}}{% endraw %}' >/dev/null
