#!/bin/bash
set -euo pipefail
probing=yes
{% include "names.sh" %}
{% include "cluster.sh" %}
{% include "managed.sh" %}
{% include "balancer_wanted.sh" %}
command -v haproxy keepalived >/dev/null
balancer_files
haproxy_config | applied haproxy
keepalived_config | applied keepalived
systemctl is-active --quiet haproxy
systemctl is-active --quiet keepalived
systemctl is-enabled --quiet haproxy
systemctl is-enabled --quiet keepalived
