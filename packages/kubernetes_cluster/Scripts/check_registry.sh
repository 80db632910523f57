#!/bin/bash
# The registry answers from this node, and lets us in. Changes nothing.
set -euo pipefail
{% include "no_proxy.sh" %}
server={{ item.server }}
user={{ item.username }}
password={{ item.password }}
scheme={% if item.connection_type == "1" %}https{% else %}http{% endif %}

ca=
{% if item.certificate_path %}ca="$VNFPKG_FILES"/{{ item.certificate_path }}
{% endif %}
{% if input.proxy.http_proxy %}export http_proxy={{ input.proxy.http_proxy }}
{% endif %}
{% if input.proxy.https_proxy %}export https_proxy={{ input.proxy.https_proxy }}
{% endif %}
no_proxy=$(no_proxy_list)
export no_proxy

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The password goes to curl on its standard input, never as an argument.
login() {
    [ -n "$user" ] || return 0
    local both="$user:$password"
    both=${both//\\/\\\\}
    printf 'user = "%s"\n' "${both//\"/\\\"}"
}
# ask URL: the status, or an explanation and failure.
ask() {
    login | curl -sS -K - -o /dev/null -D "$work/head" -w '%{http_code}' --connect-timeout 10 --max-time 30 \
        --retry 3 --retry-delay 2 --retry-connrefused ${ca:+--cacert "$ca"} "$1" 2>"$work/error"
}
field() {
    tr -d '\r' <"$work/head" | sed -n "s/^[Ww][Ww][Ww]-[Aa]uthenticate: *Bearer .*$1=\"\([^\"]*\)\".*/\1/p" | head -n 1
}

url=$scheme://$server/v2/
if ! status=$(ask "$url"); then
    echo "registry $server does not answer: $(sed 's/^curl: ([0-9]*) //' "$work/error")" >&2
    exit 1
fi
realm=$(field realm)
if [ "$status" = 401 ] && [ -n "$realm" ]; then
    service=$(field service)
    if ! status=$(ask "$realm?service=$service"); then
        echo "the login service of registry $server does not answer: $(cat "$work/error")" >&2
        exit 1
    fi
fi
case $status in
    200) ;;
    401 | 403)
        if [ -n "$user" ]; then
            echo "registry $server refuses the login of $user: wrong username or password" >&2
        else
            echo "registry $server wants a login: give username and password" >&2
        fi
        exit 1
        ;;
    *)
        echo "registry $server answers $status to GET $url" >&2
        exit 1
        ;;
esac
