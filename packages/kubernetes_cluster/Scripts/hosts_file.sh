#!/bin/bash
set -euo pipefail
{% include "hosts_block.sh" %}
new=$(mktemp /etc/hosts.XXXXXX)
trap 'rm -f "$new"' EXIT
whole >"$new"
chmod --reference=/etc/hosts "$new"
# Some containers have the file mounted, and then it can be filled only.
mv "$new" /etc/hosts 2>/dev/null || cat "$new" >/etc/hosts
