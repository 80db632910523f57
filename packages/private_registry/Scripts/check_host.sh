#!/bin/bash
# The distribution is one that the steps are made for, and the port is free or the registry's own.
set -euo pipefail

faults=0
fault() {
    echo "$*" >&2
    faults=1
}

. /etc/os-release
case "${ID:-}-${VERSION_ID:-}" in
    debian-12 | ubuntu-20.04 | ubuntu-22.04 | ubuntu-24.04) ;;
    *) fault "operating system is ${PRETTY_NAME:-unknown}; supported are Debian 12 and Ubuntu 20.04, 22.04 and 24.04" ;;
esac

port={{ input.port_no }}
listens() {
    local hex
    hex=$(printf ':%04X' "$port")
    awk -v port="$hex" '$4 == "0A" && substr($2, length($2) - 4) == port { found = 1 } END { exit !found }' \
        /proc/net/tcp /proc/net/tcp6 2>/dev/null
}
ours() {
    command -v docker >/dev/null 2>&1 || return 1
    case " $(docker port private_registry 5000/tcp 2>/dev/null | tr '\n' ' ')" in
        *":$port "*) return 0 ;;
        *) return 1 ;;
    esac
}
if listens && ! ours; then
    fault "port $port is in use by another program; choose another port_no or stop that program"
fi

exit "$faults"
