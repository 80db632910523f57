#!/bin/bash
set -euo pipefail
{% include "names.sh" %}
name=$(sed -n 's/.*--hostname-override=\([^ "]*\).*/\1/p' /var/lib/kubelet/kubeadm-flags.env 2>/dev/null)
kubectl --kubeconfig /etc/kubernetes/kubelet.conf --request-timeout=10s get node "${name:-$(hostname | tr A-Z a-z)}" \
    -o jsonpath='{range .status.conditions[?(@.type=="Ready")]}{.status} {.message}{end}' >/run/vnfpkg-node
grep -q '^True' /run/vnfpkg-node || {
    echo "node ${name:-$node_name} is not ready: $(cut -d' ' -f2- /run/vnfpkg-node)" >&2
    exit 1
}
