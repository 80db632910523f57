#!/bin/sh
# vm-image.sh OUT SOURCES PACKAGES PUBKEY: kernel, initrd and disk image (ext4, no partitions) of a virtual machine.
# SOURCES is a sources.list (empty: mmdebstrap's default), PACKAGES a comma-separated list.
set -eu
out=$1 sources=$2 packages=$3 pubkey=$4
here=$(dirname "$0")
. "$here/prepare-root.sh"
export DEBIAN_FRONTEND=noninteractive
r=$out/root

set -- bookworm "$r"
[ ! -s "$sources" ] || set -- "$@" "$sources"
mmdebstrap --quiet --variant=apt --include="$packages" --aptopt='Apt::Install-Recommends "false"' --format=directory "$@"
chmod 755 "$r"
prepare_root "$r"

# Who is let in. root too, with the lab's key only: that is how the lab itself acts in the machine.
install -m 600 -o 1000 -g 1000 "$pubkey" "$r/home/ubuntu/.ssh/authorized_keys"
install -d -m 700 "$r/root/.ssh"
install -m 600 "$pubkey" "$r/root/.ssh/authorized_keys"
echo 'ubuntu ALL=(ALL:ALL) NOPASSWD:ALL' >"$r/etc/sudoers.d/90-lab"
chmod 440 "$r/etc/sudoers.d/90-lab"
ssh-keygen -q -t ed25519 -N '' -C template -f "$r/etc/ssh/ssh_host_ed25519_key"
echo template >"$r/etc/hostname"
printf '127.0.0.1 localhost\n127.0.1.1 template\n' >"$r/etc/hosts"

# The same address in every machine: the lab gives each its own by address translation, as a cloud does.
printf '[Match]\nName=eth*\n[Network]\nAddress=10.0.2.15/24\nGateway=10.0.2.2\nLinkLocalAddressing=no\nIPv6AcceptRA=no\n' \
    >"$r/etc/systemd/network/10-eth.network"
chroot "$r" systemctl --quiet enable systemd-networkd
for unit in systemd-networkd-wait-online.service systemd-timesyncd.service getty@tty1.service; do
    ln -sf /dev/null "$r/etc/systemd/system/$unit"
done
echo '/dev/vda / ext4 rw,relatime 0 1' >"$r/etc/fstab"

printf 'MODULES=list\nCOMPRESS=zstd\n' >"$r/etc/initramfs-tools/conf.d/lab"
printf 'virtio_pci\nvirtio_mmio\nvirtio_blk\nvirtio_net\next4\n' >"$r/etc/initramfs-tools/modules"
chroot "$r" update-initramfs -u -k all >/dev/null
cp "$r"/boot/vmlinuz-* "$out/vmlinuz"
cp "$r"/boot/initrd.img-* "$out/initrd"
mke2fs -q -t ext4 -m 0 -d "$r" -L root "$out/root.ext4" 6G
rm -rf "$r"
