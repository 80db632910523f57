#!/bin/bash
# Installs Docker from the distribution, and jq, which changes its settings.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

apt() {
    apt-get -qq -o DPkg::Lock::Timeout=300 -o APT::Update::Error-Mode=any "$@"
}

packages=(docker.io jq)
# The engine needs apparmor's tools on a kernel that enforces it; docker.io only recommends them.
if [ -e /sys/kernel/security/apparmor/profiles ]; then
    packages+=(apparmor)
fi
apt update
apt install -y --no-install-recommends "${packages[@]}"
systemctl enable --quiet docker
systemctl start docker
