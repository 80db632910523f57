#!/bin/sh
# host-template.sh OUT SOURCES PACKAGES: the root folder that every container host is an overlay of.
# SOURCES is a sources.list (empty: mmdebstrap's default, which is then written there), PACKAGES a comma-separated list.
set -eu
out=$1 sources=$2 packages=$3
here=$(dirname "$0")
. "$here/prepare-root.sh"

export DEBIAN_FRONTEND=noninteractive
set -- bookworm "$out/root"
[ ! -s "$sources" ] || set -- "$@" "$sources"
mmdebstrap --quiet --variant=apt --include="$packages" --aptopt='Apt::Install-Recommends "false"' --format=directory "$@"
[ -s "$sources" ] || cp "$out/root/etc/apt/sources.list" "$sources"
chmod 755 "$out/root"
prepare_root "$out/root"

# Under cgroup v1 nspawn mounts the controllers read-only; docker needs to write.
cat >"$out/root/etc/systemd/system/lab-cgroup-rw.service" <<'UNIT'
[Unit]
Description=Make the control groups writable
DefaultDependencies=no
Before=sysinit.target
ConditionPathExists=!/sys/fs/cgroup/cgroup.controllers
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'for c in /sys/fs/cgroup/*/; do mount -o remount,rw $c || mount -o remount,bind,rw $c; done 2>/dev/null; true'
[Install]
WantedBy=sysinit.target
UNIT
mkdir -p "$out/root/etc/systemd/system/sysinit.target.wants"
ln -sf ../lab-cgroup-rw.service "$out/root/etc/systemd/system/sysinit.target.wants/"

# These would change or read settings of the machine that the lab runs on.
# The mounts and modules are the kernel's, which is not the host's own.
for unit in systemd-sysctl.service systemd-modules-load.service systemd-remount-fs.service systemd-sysusers.service \
    dev-hugepages.mount sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount \
    modprobe@configfs.service modprobe@dm_mod.service modprobe@drm.service modprobe@efi_pstore.service \
    modprobe@fuse.service modprobe@loop.service; do
    ln -sf /dev/null "$out/root/etc/systemd/system/$unit"
done
