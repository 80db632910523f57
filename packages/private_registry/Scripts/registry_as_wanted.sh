#!/bin/bash
# The container runs with the image, port, folder and restart policy that the request asks for, and answers.
set -euo pipefail
image={{ input.image_name }}
port={{ input.port_no }}

wanted="$(docker image inspect --format '{% raw %}{{.Id}}{% endraw %}' "$image") true always $port /private_registry:/var/lib/registry"
have=$(docker container inspect private_registry --format '{% raw %}{{.Image}} {{.State.Running}} {{.HostConfig.RestartPolicy.Name}} {{range index .HostConfig.PortBindings "5000/tcp"}}{{.HostPort}}{{end}} {{range .HostConfig.Binds}}{{.}}{{end}}{% endraw %}' 2>/dev/null)
if [ "$have" != "$wanted" ]; then
    echo "container is '$have', wanted '$wanted'" >&2
    exit 1
fi
{% include "registry_answers.sh" %}
