#!/bin/sh
# repository.sh OUT BASE SOURCES "PACKAGES" "EXTRAS"
# OUT/repo: flat apt repository of PACKAGES and whatever they need on top of the tree BASE.
# OUT/extra: the packages EXTRAS unpacked, one folder each (parts of images and tools, not installed anywhere).
# Is run in a mount namespace of its own, so its mounts end with it.
set -eu
out=$1 base=$2 sources=$3 packages=$4 extras=$5
export DEBIAN_FRONTEND=noninteractive

work=$out/work
mkdir -p "$work/t" "$work/root" "$out/repo/pool" "$out/extra"
mount -t tmpfs tmpfs "$work/t"
mkdir "$work/t/up" "$work/t/wk"
mount -t overlay overlay -o "lowerdir=$base,upperdir=$work/t/up,workdir=$work/t/wk" "$work/root"
r=$work/root
mount -t proc proc "$r/proc"
mount --bind /dev "$r/dev"
cp -L /etc/resolv.conf "$r/etc/resolv.conf"
cp "$sources" "$r/etc/apt/sources.list"
rm -f "$r/etc/apt/apt.conf.d/docker-clean"

chroot "$r" apt-get -qq update
# shellcheck disable=SC2086
chroot "$r" apt-get -qq install -y --no-install-recommends --download-only $packages
mkdir "$r/extra"
# shellcheck disable=SC2086
chroot "$r" sh -c 'cd /extra && apt-get -qq -o APT::Sandbox::User=root download "$@"' sh $extras

mv "$r"/var/cache/apt/archives/*.deb "$out/repo/pool/"
for package in $extras; do
    dpkg -x "$r/extra/${package}"_*.deb "$out/extra/$package"
done
umount -R "$r"
umount "$work/t"
rm -rf "$work"

cd "$out/repo"
apt-ftparchive packages pool >Packages
apt-ftparchive release . >Release
