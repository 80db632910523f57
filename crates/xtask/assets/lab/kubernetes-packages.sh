#!/bin/sh
# kubernetes-packages.sh OUT BUILD REPOSITORY: REPOSITORY's packages, and beside them Debian packages of kubeadm, kubelet and
# kubectl made of BUILD, as one flat apt repository in OUT/repo. The packages are also in OUT/debs.
set -eu
out=$1 build=$2 repository=$3
umask 022
version=$(sed 's/^v//' "$build/version")
mkdir -p "$out/repo/pool" "$out/debs"
# Links: what a cache holds is never written again.
cp -al "$repository"/pool/*.deb "$out/repo/pool/" 2>/dev/null || cp -a "$repository"/pool/*.deb "$out/repo/pool/"

# deb NAME DEPENDS: the tree in ./NAME as a package.
deb() {
    mkdir -p "$1/DEBIAN"
    printf 'Package: %s\nVersion: %s-0lab1\nArchitecture: amd64\nMaintainer: lab <lab@localhost>\nDepends: %s\nDescription: %s of Kubernetes, built for the lab\n' \
        "$1" "$version" "$2" "$1" >"$1/DEBIAN/control"
    dpkg-deb --root-owner-group -Zgzip -z1 --build "$1" "$out/debs" >/dev/null
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

mkdir -p kubectl/usr/bin kubeadm/usr/bin kubeadm/etc/systemd/system/kubelet.service.d kubelet/usr/bin kubelet/lib/systemd/system kubelet/etc/kubernetes/manifests
install -m 755 "$build/bin/kubectl" kubectl/usr/bin/
install -m 755 "$build/bin/kubeadm" kubeadm/usr/bin/
install -m 755 "$build/bin/kubelet" kubelet/usr/bin/
cat >kubelet/lib/systemd/system/kubelet.service <<'UNIT'
[Unit]
Description=The Kubernetes node agent
Wants=network-online.target
After=network-online.target
[Service]
ExecStart=/usr/bin/kubelet
Restart=always
StartLimitInterval=0
RestartSec=2
[Install]
WantedBy=multi-user.target
UNIT
cat >kubeadm/etc/systemd/system/kubelet.service.d/10-kubeadm.conf <<'UNIT'
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
UNIT
deb kubectl libc6
deb kubelet 'iptables, iproute2, conntrack, ethtool, socat, ebtables, util-linux, mount'
deb kubeadm "kubelet (= $version-0lab1), kubectl (= $version-0lab1)"
ln "$out"/debs/*.deb "$out/repo/pool/"

cd "$out/repo"
apt-ftparchive packages pool >Packages
apt-ftparchive release . >Release
