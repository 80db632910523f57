#!/bin/bash
# The engine answers, and it comes back after a boot.
set -euo pipefail
runtime={{ input.kubernetes.container_runtime }}
systemctl is-enabled --quiet "$runtime"
case $runtime in
    docker) docker version --format '{% raw %}{{.Server.Version}}{% endraw %}' >/dev/null ;;
    containerd) ctr version >/dev/null ;;
esac
