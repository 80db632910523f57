#!/bin/bash
set -euo pipefail
[ ! -e /etc/kubernetes/kubelet.conf ] && [ ! -e /etc/kubernetes/admin.conf ] && [ ! -e /etc/cni/net.d/10-vnfpkg.conflist ]
[ ! -e /etc/haproxy/haproxy.cfg ] || ! systemctl is-active --quiet keepalived
! grep -qxF '# BEGIN vnfpkg kubernetes_cluster' /etc/hosts
