#!/bin/sh
# host-boot.sh LAB N DIR TEMPLATE DISK SUDO PUBKEY: the life of one container host, until it is killed.
# Started in a mount namespace of its own: disk and root vanish with the last process of the host.
# DIR/state says what it does (starting, on, off); a line written to DIR/power switches it on again.
set -eu
lab=$1 n=$2 dir=$3 template=$4 disk=$5 sudo=$6 pubkey=$7
group=$lab-h$n

. "$(dirname "$0")/groups.sh"
join_groups "$group"
record_supervisor "$dir"

# The disk. docker's folders are plain folders on it, since overlay cannot lie on overlay.
mkdir -p "$dir/t" "$dir/root"
mount -t tmpfs -o "size=$disk,mode=755" tmpfs "$dir/t"
cd "$dir/t"
mkdir up wk docker containerd kubelet
mount -t overlay overlay -o "lowerdir=$template,upperdir=$dir/t/up,workdir=$dir/t/wk" "$dir/root"
mkdir -p /run/systemd/nspawn
mount -t tmpfs -o mode=755 tmpfs /run/systemd/nspawn

# What makes it this host.
cd "$dir/root"
echo "host$n" >etc/hostname
printf '127.0.0.1 localhost\n127.0.1.1 host%s\n' "$n" >etc/hosts
tr -d - </proc/sys/kernel/random/uuid >etc/machine-id
ssh-keygen -q -t ed25519 -N '' -C "host$n" -f etc/ssh/ssh_host_ed25519_key
install -m 600 -o 1000 -g 1000 "$pubkey" home/ubuntu/.ssh/authorized_keys
case $sudo in
    password) rule='ALL=(ALL:ALL) ALL' ;;
    *) rule='ALL=(ALL:ALL) NOPASSWD:ALL' ;;
esac
echo "ubuntu $rule" >etc/sudoers.d/90-lab
chmod 440 etc/sudoers.d/90-lab
cd /

fresh_network "$group" "$n"
mkfifo "$dir/power" 2>/dev/null || :
export SYSTEMD_NSPAWN_API_VFS_WRITABLE=network
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
    export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
fi
while :; do
    echo on >"$dir/state"
    code=0
    systemd-nspawn -q --keep-unit --register=no --network-namespace-path="/run/netns/$group" \
        -M "$group" --hostname="host$n" -D "$dir/root" --boot --resolv-conf=off --timezone=off \
        --capability=all --system-call-filter='@keyring bpf' \
        --bind="$dir/t/docker:/var/lib/docker" --bind="$dir/t/containerd:/var/lib/containerd" \
        --bind="$dir/t/kubelet:/var/lib/kubelet" </dev/null >>"$dir/console.log" 2>&1 &
    echo $! >"$dir/nspawn.pid"
    wait $! || code=$?
    fresh_network "$group" "$n"
    # 133: the system asked for a reboot. Anything else: it is switched off.
    [ "$code" = 133 ] || switched_off "$dir"
done
