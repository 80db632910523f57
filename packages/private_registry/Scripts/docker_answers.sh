#!/bin/sh
# The engine answers, and it comes back after a boot.
set -eu
docker version --format '{% raw %}{{.Server.Version}}{% endraw %}' >/dev/null
systemctl is-enabled --quiet docker
