#!/bin/bash
# A running container or an open port proves nothing yet: the registry has to answer.
set -euo pipefail
port={{ input.port_no }}

exec 3<>"/dev/tcp/127.0.0.1/$port"
printf 'GET /v2/ HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
IFS=' ' read -r -t 5 _ status _ <&3
if [ "$status" != 200 ]; then
    echo "GET /v2/ on port $port answers $status" >&2
    exit 1
fi
