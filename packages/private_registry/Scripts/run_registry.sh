#!/bin/bash
# Replaces a container with other settings; the content of the registry is in a folder of the VM and stays.
set -euo pipefail
port={{ input.port_no }}

docker container rm --force private_registry >/dev/null 2>&1 || true
docker run --detach --name private_registry --restart always \
    --publish "$port:5000" --volume /private_registry:/var/lib/registry \
    {{ input.image_name }}
