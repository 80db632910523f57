#!/bin/bash
# This host is a member of the cluster: it has its own rights there, and its kubelet has told so.
set -euo pipefail
{% include "names.sh" %}
{% include "cluster.sh" %}
[ -e /etc/kubernetes/kubelet.conf ]
systemctl is-active --quiet kubelet
name=$(sed -n 's/.*--hostname-override=\([^ "]*\).*/\1/p' /var/lib/kubelet/kubeadm-flags.env 2>/dev/null)
kubectl --kubeconfig /etc/kubernetes/kubelet.conf --request-timeout=10s get node "${name:-$(hostname | tr A-Z a-z)}" -o name >/dev/null
{% if host.vdu == "masterNode" %}
[ "$(curl -ksS --noproxy '*' --max-time 5 "https://$(in_url "$node_ip"):6443/readyz")" = ok ]
{% endif %}
