#!/bin/bash
# The packages are there, in their versions where the request names some, and all is where kubelet looks for it.
set -euo pipefail
{% include "apt.sh" %}
for package in {% for package in input.kubernetes.packages %}{{ package }} {% endfor %}; do
    installed "${package%%=*}"
    case $package in
        *=*) [ "$(dpkg-query -W -f '${Version}' "${package%%=*}")" = "${package#*=}" ] ;;
    esac
done
command -v kubeadm kubelet kubectl >/dev/null
[ -x /opt/cni/bin/bridge ] && [ -x /opt/cni/bin/host-local ]
systemctl is-enabled --quiet kubelet
version={{ input.kubernetes.version }}
have=$(kubeadm version -o short)
if [ -n "$version" ] && [ "${have%.*}" != "${version%.*}" ]; then
    echo "kubeadm $have cannot set up Kubernetes $version; name packages of that version" >&2
    exit 1
fi
