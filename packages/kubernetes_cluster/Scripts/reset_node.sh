#!/bin/bash
# Packages, images and settings of registries stay; they harm nobody and spare the next cluster time.
set -euo pipefail
if command -v kubeadm >/dev/null; then
    kubeadm reset --force
fi
rm -rf /var/lib/etcd /etc/cni/net.d/10-vnfpkg.conflist /etc/kubernetes/kubelet.conf /etc/kubernetes/admin.conf
ip link del cni0 2>/dev/null || true
for unit in keepalived haproxy; do
    ! systemctl is-active --quiet "$unit" || systemctl disable --quiet --now "$unit"
    rm -f "/var/lib/vnfpkg/kubernetes/$unit"
done
sed -i '/^# BEGIN vnfpkg kubernetes_cluster$/,/^# END vnfpkg kubernetes_cluster$/d' /etc/hosts
