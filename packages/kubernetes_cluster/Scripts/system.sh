#!/bin/bash
set -euo pipefail
probing=no
{% include "managed.sh" %}
swapoff -a
if [ -e /etc/fstab ]; then
    sed -i -E 's/^([^#]\S*\s+\S+\s+swap\s.*)$/# \1/' /etc/fstab
fi
modprobe br_netfilter 2>/dev/null || true
if [ -e /proc/sys/net/bridge ]; then
    echo br_netfilter | put /etc/modules-load.d/60-vnfpkg-kubernetes.conf 644
fi
{% include "system_wanted.sh" %}
settings | put "$sysctl_file" 644
settings | sysctl -q -p -
