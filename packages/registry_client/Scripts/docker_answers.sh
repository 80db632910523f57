#!/bin/sh
# The engine answers, comes back after a boot, and its settings can be read and written.
set -eu
docker version --format '{% raw %}{{.Server.Version}}{% endraw %}' >/dev/null
systemctl is-enabled --quiet docker
command -v jq >/dev/null
