#!/bin/sh
# down.sh LAB RUN [N]: ends a lab, or only what runs in its host N, and leaves nothing behind.
# It works from the names alone, so that it also clears what a killed program left. RUN is the lab's state folder.
set -u
lab=$1 run=$2 only=${3:-}

# The lab's own numbers: `vl-h12`, never a longer name that begins alike.
is_ours() {
    case ${1#"$lab"-h} in
        "$1" | '' | *[!0-9]*) return 1 ;;
        *) [ -z "$only" ] || [ "$1" = "$lab-h$only" ] ;;
    esac
}
groups() {
    for g in /sys/fs/cgroup/"$lab"-h* /sys/fs/cgroup/*/"$lab"-h*; do
        if [ -d "$g" ] && is_ours "${g##*/}"; then echo "$g"; fi
    done
}
spaces() {
    for s in /run/netns/"$lab"-h*; do
        if [ -e "$s" ] && is_ours "${s##*/}"; then echo "${s##*/}"; fi
    done
    if [ -z "$only" ] && [ -e "/run/netns/$lab-net" ]; then echo "$lab-net"; fi
}
# This script and whoever called it are never among those to be ended.
callers() {
    p=$$
    while [ "${p:-0}" -gt 1 ]; do
        echo "$p"
        p=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$p/status" 2>/dev/null)
    done
}
recorded() {
    for f in "$run"/h${only:-*}/supervisor.pid $([ -n "$only" ] || echo "$run"/*.pid); do
        [ -r "$f" ] || continue
        read -r pid started <"$f" || continue
        [ "$(cut -d' ' -f22 "/proc/$pid/stat" 2>/dev/null)" = "$started" ] && echo "$pid"
    done
}
members() {
    recorded
    # A host's processes are under its name in every hierarchy: one of them (v1 has a dozen) tells.
    of_hosts=$(groups | awk -F/ '!seen[$NF]++')
    # shellcheck disable=SC2086
    [ -z "$of_hosts" ] || find $of_hosts -name cgroup.procs -exec cat {} + 2>/dev/null
    inodes=$(for s in $(spaces); do stat -Lc 'net:[%i]' "/run/netns/$s" 2>/dev/null; done)
    [ -z "$inodes" ] || find /proc -mindepth 3 -maxdepth 3 -path '/proc/[0-9]*/ns/net' -printf '%l %p\n' 2>/dev/null |
        grep -F "$inodes" | cut -d/ -f3
}

mine=$(callers)
tries=0
while [ "$tries" -lt 200 ]; do
    for g in $(groups); do
        # A frozen process does not die before it thaws (v1).
        [ ! -e "$g/freezer.state" ] || echo THAWED 2>/dev/null >"$g/freezer.state"
        [ ! -e "$g/cgroup.freeze" ] || echo 0 2>/dev/null >"$g/cgroup.freeze"
    done
    pids=$(members | sort -un | grep -vxF "$mine")
    [ -n "$pids" ] || break
    # shellcheck disable=SC2086
    kill -9 $pids 2>/dev/null
    tries=$((tries + 1))
    sleep 0.02
done

tries=0
while [ "$tries" -lt 100 ]; do
    left=$(groups)
    [ -n "$left" ] || break
    # shellcheck disable=SC2086
    find $left -depth -type d -exec rmdir {} + 2>/dev/null
    [ "$tries" -eq 0 ] || sleep 0.02
    tries=$((tries + 1))
done

if [ -n "$only" ]; then
    rm -rf --one-file-system "$run/h$only"
    [ -z "$(groups)" ]
    exit
fi

# The cable goes first: a namespace is deleted some time after the command returns.
for s in $(spaces); do
    case $s in *-net) ;; *) ip -n "$s" link del eth0 2>/dev/null ;; esac
done
for s in $(spaces); do
    ip netns del "$s"
done
awk -v run="$run/" 'index($2, run) == 1 { print $2 }' /proc/self/mounts | sort -r | while read -r m; do
    umount -l "$m"
done
rm -rf --one-file-system "$run"
[ -z "$(groups)$(spaces)" ] && [ ! -e "$run" ]
