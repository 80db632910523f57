#!/bin/sh
# First boot is over, and nobody holds the package manager.
set -eu

if command -v cloud-init >/dev/null 2>&1; then
    case $(cloud-init status 2>/dev/null || true) in
        *running* | *"not started"*)
            echo "cloud-init is still running" >&2
            exit 1
            ;;
    esac
fi

# apt and dpkg take fcntl locks, which flock(1) does not see; the kernel lists them by inode.
for lock in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock; do
    [ -e "$lock" ] || continue
    inode=$(stat -c %i "$lock")
    if grep -q ":$inode " /proc/locks; then
        echo "$lock is held by another process" >&2
        exit 1
    fi
done
