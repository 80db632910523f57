#!/bin/sh
# kubernetes-build.sh OUT SOURCES: real Kubernetes binaries, from Debian's source package of Kubernetes.
# OUT/bin: kubeadm kubectl kubelet kube-apiserver kube-controller-manager kube-scheduler and pause, all static and stripped.
# OUT/version: what they call themselves, like v1.20.2. SOURCES is a sources.list of Debian 12.
# Takes two processors nine minutes and 4 GB of disk. Is run in a mount namespace of its own, so its mounts end with it.
set -eu
out=$1 sources=$2
export DEBIAN_FRONTEND=noninteractive
work=$out/work
r=$work/root
tree=/g/src/k8s.io/kubernetes
mkdir -p "$work" "$out/bin"

mmdebstrap --quiet --variant=apt \
    --include=golang-go,gcc,libc6-dev,make,rsync,jq,file,git,ca-certificates,dpkg-dev,binutils,xz-utils \
    --aptopt='Apt::Install-Recommends "false"' --format=directory bookworm "$r" "$sources"
chmod 755 "$r"
cp -L /etc/resolv.conf "$r/etc/resolv.conf"
sed -n 's/^deb /deb-src /p' "$sources" >>"$r/etc/apt/sources.list"
mount -t proc proc "$r/proc"
mount --bind /dev "$r/dev"
mkdir -p "$r$tree" "$r/get"
cat >"$r/build.sh" <<'BUILD'
set -eu
tree=$1
apt-get -qq update
cd /get
apt-get -qq -o APT::Sandbox::User=root source --download-only kubernetes
apt-get -qq -o APT::Sandbox::User=root download golang-github-modern-go-reflect2-dev
dpkg-source --no-check --extract kubernetes_*.dsc src >/dev/null
# 1.20.5+really1.20.2-1.1 is v1.20.2.
version=$(dpkg-parsechangelog -l src/debian/changelog -S Version | sed 's/^[0-9]*://; s/^.*really//; s/[-+].*//')
rmdir "$tree" && mv src "$tree"
# The copy that the source carries does not work with Go 1.18 and later.
dpkg -x golang-github-modern-go-reflect2-dev_*.deb reflect2
vendored=$tree/vendor/github.com/modern-go/reflect2
rm -f "$vendored"/*.go "$vendored"/*.s
cp reflect2/usr/share/gocode/src/github.com/modern-go/reflect2/*.go reflect2/usr/share/gocode/src/github.com/modern-go/reflect2/*.s "$vendored/"
major=${version%%.*} minor=${version#*.}
cat >"$tree/.version" <<VERSION
KUBE_GIT_COMMIT='debian'
KUBE_GIT_TREE_STATE='clean'
KUBE_GIT_VERSION='v$version'
KUBE_GIT_MAJOR='$major'
KUBE_GIT_MINOR='${minor%%.*}'
VERSION
cd "$tree"
export GOPATH=/g GOCACHE=/g/cache CGO_ENABLED=0 GOFLAGS=-mod=vendor GO111MODULE=auto KUBE_GIT_VERSION_FILE=$tree/.version
make WHAT='cmd/kubeadm cmd/kubectl cmd/kubelet cmd/kube-apiserver cmd/kube-controller-manager cmd/kube-scheduler'
gcc -Os -static -o /get/pause build/pause/linux/pause.c
strip -o /get/pause-stripped /get/pause
echo "v$version" >/get/version
BUILD
nice -n 5 chroot "$r" sh /build.sh "$tree"

for name in kubeadm kubectl kubelet kube-apiserver kube-controller-manager kube-scheduler; do
    chroot "$r" strip -o "/get/$name" "$tree/_output/local/bin/linux/amd64/$name"
    install -m 755 "$r/get/$name" "$out/bin/$name"
done
install -m 755 "$r/get/pause-stripped" "$out/bin/pause"
install -m 644 "$r/get/version" "$out/version"
umount "$r/proc" "$r/dev"
rm -rf "$work"
