#!/bin/sh
# net.sh LAB [N...]: the lab's network namespace with its bridge, and one namespace per host N wired to it.
# The machine's own network is not touched: cables run from namespace to namespace.
set -eu
lab=$1
shift
net=$lab-net
if [ ! -e "/run/netns/$net" ]; then
    ip netns add "$net"
    ip -n "$net" link set lo up
    ip -n "$net" link add br0 type bridge
    ip -n "$net" addr add 10.99.0.1/16 dev br0
    ip -n "$net" link set br0 up
fi
for n in "$@"; do
    ns=$lab-h$n
    ip netns add "$ns"
    ip link add eth0 netns "$ns" type veth peer name "p$n" netns "$net"
    ip -n "$net" link set "p$n" master br0 up
    ip -n "$ns" -batch - <<BATCH
link set lo up
addr add 10.99.1.$n/16 dev eth0
link set eth0 up
route add default via 10.99.0.1
BATCH
done
