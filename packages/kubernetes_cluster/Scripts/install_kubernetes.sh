#!/bin/bash
set -euo pipefail
{% include "apt.sh" %}
{% include "repository.sh" %}
packages=({% for package in input.kubernetes.packages %}{{ package }} {% endfor %})
add_repository
# Debian has the network plugins in a package and a folder of its own; other repositories bring them with the kubelet.
apt_install "${packages[@]}"
if [ ! -x /opt/cni/bin/bridge ] && ! [ -x /usr/lib/cni/bridge ]; then
    apt_install containernetworking-plugins
fi
if [ ! -e /opt/cni/bin ]; then
    install -d /opt/cni
    ln -s /usr/lib/cni /opt/cni/bin
fi
systemctl enable --quiet kubelet
