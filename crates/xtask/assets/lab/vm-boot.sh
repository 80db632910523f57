#!/bin/sh
# vm-boot.sh LAB N DIR IMAGE SNAPSHOT MEMORY: the life of one virtual machine, until it is killed.
# IMAGE holds vmlinuz, initrd and root.ext4. SNAPSHOT is a disk with a saved state `ready`, or `-`: then it boots.
# MEMORY in MiB. DIR/state says what it does (on, off); a line written to DIR/power switches it on again.
set -eu
lab=$1 n=$2 dir=$3 image=$4 snapshot=$5 memory=$6
space=$lab-h$n

. "$(dirname "$0")/groups.sh"
join_groups "$space"
record_supervisor "$dir"

within() { nsenter --net="/run/netns/$space" -- "$@"; }

# 10.0.2.15 inside, 10.99.1.N outside, both ways.
if ! ip -n "$space" link show tap0 >/dev/null 2>&1; then
    ip -n "$space" tuntap add tap0 mode tap
    ip -n "$space" addr add 10.0.2.2/24 dev tap0
    ip -n "$space" link set tap0 up
    within sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
    within iptables -w -t nat -A PREROUTING -d "10.99.1.$n" -j DNAT --to 10.0.2.15
    within iptables -w -t nat -A POSTROUTING -o eth0 -j MASQUERADE
    within iptables -w -t nat -A POSTROUTING -s 10.0.2.0/24 -o tap0 -j MASQUERADE
fi

disk=$dir/disk.qcow2
if [ "$snapshot" = - ]; then
    qemu-img create -q -f qcow2 -b "$image/root.ext4" -F raw "$disk"
    resume=
else
    cp --sparse=always "$snapshot" "$disk"
    resume='-loadvm ready'
fi

mkfifo "$dir/power" 2>/dev/null || :
while :; do
    echo on >"$dir/state"
    rm -f "$dir/monitor"
    # Emulation only: a kvm device that opens need not run an ordinary kernel. q35 for its timers: microvm hangs at boot
    # now and then when the machine is busy.
    # shellcheck disable=SC2086
    nsenter --net="/run/netns/$space" -- qemu-system-x86_64 -nodefaults -no-user-config \
        -accel tcg,thread=multi,tb-size=256 -machine q35 -cpu max -m "$memory" -smp 2 \
        -display none -serial "file:$dir/console.log" -monitor "unix:$dir/monitor,server,nowait" \
        -kernel "$image/vmlinuz" -initrd "$image/initrd" \
        -append 'root=/dev/vda rw console=ttyS0 quiet mitigations=off nokaslr tsc=reliable audit=0 apparmor=0 net.ifnames=0 systemd.show_status=false' \
        -drive "id=d0,if=none,file=$disk,format=qcow2,cache=unsafe,discard=unmap,backing.driver=raw,backing.file.filename=$image/root.ext4" \
        -device virtio-blk-pci,drive=d0 \
        -netdev tap,id=n0,ifname=tap0,script=no,downscript=no -device virtio-net-pci,netdev=n0,mac=52:54:00:12:34:56 \
        $resume </dev/null &
    echo "$! $(cut -d' ' -f22 /proc/$!/stat)" >"$dir/qemu.pid"
    wait $! || :
    resume=
    switched_off "$dir"
done
