#!/bin/bash
# The control plane of this master answers, and all that kubeadm puts into a cluster is in it.
set -euo pipefail
{% include "names.sh" %}
{% include "kubectl.sh" %}
[ -e /etc/kubernetes/admin.conf ]
[ "$(kube --server "https://$(case $node_ip in *:*) echo "[$node_ip]" ;; *) echo "$node_ip" ;; esac):6443" get --raw /readyz)" = ok ]
kube -n kube-system get configmap kubeadm-config -o name >/dev/null
kube -n kube-public get configmap cluster-info -o name >/dev/null
[ -n "$(node_of "$node_ip")" ]
systemctl is-active --quiet kubelet
