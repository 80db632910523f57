#!/bin/bash
set -euo pipefail
probing=no
{% include "apt.sh" %}
{% include "names.sh" %}
{% include "cluster.sh" %}
{% include "managed.sh" %}
{% include "balancer_wanted.sh" %}
if ! installed haproxy || ! installed keepalived; then
    apt_install haproxy keepalived
fi
haproxy_config >/run/vnfpkg-haproxy.cfg
haproxy -c -q -f /run/vnfpkg-haproxy.cfg
balancer_files
systemctl enable --quiet haproxy keepalived
apply_it() { systemctl reload-or-restart haproxy; }
haproxy_config | applied haproxy
systemctl start haproxy
apply_it() { systemctl reload-or-restart keepalived; }
keepalived_config | applied keepalived
systemctl start keepalived
