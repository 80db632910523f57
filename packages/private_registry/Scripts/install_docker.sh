#!/bin/bash
# Installs Docker from the distribution, or from the repository that the request names.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

apt() {
    apt-get -qq -o DPkg::Lock::Timeout=300 -o APT::Update::Error-Mode=any "$@"
}

{% if input.docker_repository.url %}
url={{ input.docker_repository.url }}
suite={{ input.docker_repository.suite }}
component={{ input.docker_repository.component }}
key_url={{ input.docker_repository.key_url }}
packages=({% for package in input.docker_repository.packages %}{{ package }} {% endfor %})

. /etc/os-release
suite=${suite:-${VERSION_CODENAME:-}}
options="arch=$(dpkg --print-architecture)"
{% if input.proxy.http_proxy %}export http_proxy={{ input.proxy.http_proxy }}
{% endif %}
{% if input.proxy.https_proxy %}export https_proxy={{ input.proxy.https_proxy }}
{% endif %}
{% if input.proxy.no_proxy %}export no_proxy={{ input.proxy.no_proxy }}
{% endif %}
if [ -n "$key_url" ]; then
    apt update
    apt install -y --no-install-recommends ca-certificates curl
    install -d -m 0755 /etc/apt/keyrings
    curl -fsSL --retry 3 -o /etc/apt/keyrings/vnfpkg-docker.asc "$key_url"
    chmod 0644 /etc/apt/keyrings/vnfpkg-docker.asc
    options="$options signed-by=/etc/apt/keyrings/vnfpkg-docker.asc"
fi
echo "deb [$options] $url $suite $component" >/etc/apt/sources.list.d/vnfpkg-docker.list
{% else %}
packages=(docker.io)
{% endif %}

apt update
# The engine needs apparmor's tools on a kernel that enforces it; docker.io only recommends them.
if [ -e /sys/kernel/security/apparmor/profiles ]; then
    packages+=(apparmor)
fi
apt install -y --no-install-recommends "${packages[@]}"

systemctl enable --quiet docker
systemctl start docker
