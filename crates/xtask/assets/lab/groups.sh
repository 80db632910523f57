# Sourced by the programs that keep a host running.

# is_hierarchy FOLDER: it is one of the kernel, and no plain folder that somebody left among them.
is_hierarchy() {
    case $(stat -f -c %T "$1") in cgroupfs | cgroup2fs) ;; *) return 1 ;; esac
}

# join_groups NAME: puts this process, and so all that it starts, into control groups NAME of their own.
# Hosts that share control groups kill one another's processes.
join_groups() {
    if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
        for controller in $(cat /sys/fs/cgroup/cgroup.controllers); do
            echo "+$controller" 2>/dev/null >/sys/fs/cgroup/cgroup.subtree_control || :
        done
        mkdir -p "/sys/fs/cgroup/$1"
        echo $$ >"/sys/fs/cgroup/$1/cgroup.procs"
        return
    fi
    for c in /sys/fs/cgroup/*/; do
        is_hierarchy "$c" || continue
        mkdir -p "$c/$1"
        for setting in cpuset.cpus cpuset.mems; do
            [ ! -f "$c/$setting" ] || cat "$c/$setting" >"$c/$1/$setting"
        done
        echo $$ >"$c/$1/cgroup.procs"
    done
}

# record_supervisor DIR: the pid of this process with its start time, so that a later one is not taken for it.
record_supervisor() {
    echo "$$ $(cut -d' ' -f22 /proc/$$/stat)" >"$1/supervisor.pid"
}

# fresh_network SPACE N: a real machine that restarts, or is another, forgets what was set up in its kernel's network, and
# one that is off answers for no address.
fresh_network() {
    for link in $(ip -n "$1" -o link show | cut -d: -f2 | cut -d@ -f1); do
        case $link in lo | eth0) ;; *) ip -n "$1" link del "$link" 2>/dev/null || : ;; esac
    done
    for address in $(ip -n "$1" -o -4 addr show dev eth0 | awk '{ print $4 }'); do
        [ "$address" = "10.99.1.$2/16" ] || ip -n "$1" addr del "$address" dev eth0 2>/dev/null || :
    done
}

# switched_off DIR: says so, and returns when a line written to DIR/power switches the host on again.
switched_off() {
    echo off >"$1/state"
    read -r _ <"$1/power" || :
}
