#!/bin/bash
# Each registry answers from this host.
set -euo pipefail

{% for registry in input.registries %}
server={{ registry }}
if ! exec 3<>"/dev/tcp/${server%:*}/${server##*:}"; then
    echo "registry $server does not answer" >&2
    exit 1
fi
printf 'GET /v2/ HTTP/1.0\r\nHost: %s\r\n\r\n' "$server" >&3
IFS=' ' read -r -t 10 _ status _ <&3 || status=nothing
exec 3>&-
if [ "$status" != 200 ]; then
    echo "registry $server answers $status to GET /v2/" >&2
    exit 1
fi
{% endfor %}
