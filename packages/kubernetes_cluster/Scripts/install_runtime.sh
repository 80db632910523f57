#!/bin/bash
# Installs the container runtime from the files of the package, a repository, or the distribution.
set -euo pipefail
{% include "apt.sh" %}
{% include "repository.sh" %}
runtime={{ input.kubernetes.container_runtime }}
packages=({% for package in input.kubernetes.runtime_packages %}{{ package }} {% endfor %})
if [ ${#packages[@]} -eq 0 ]; then
    case $runtime in
        docker) packages=(docker.io) ;;
        containerd) packages=(containerd) ;;
    esac
fi
# The engine needs apparmor's tools on a kernel that enforces it; the packages only recommend them.
if [ -e /sys/kernel/security/apparmor/profiles ]; then
    packages+=(apparmor)
fi
add_repository
apt_install "${packages[@]}"
systemctl enable --quiet "$runtime"
systemctl start "$runtime"
