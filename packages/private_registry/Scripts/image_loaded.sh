#!/bin/sh
# The engine has the very image of the package under its name.
set -eu
image={{ input.image_name }}
wanted={{ steps.upload_image.image_id }}
command -v docker >/dev/null
have=$(docker image inspect --format '{% raw %}{{.Id}}{% endraw %}' "$image" 2>/dev/null)
if [ "$have" != "$wanted" ]; then
    echo "$image is $have, the package holds $wanted" >&2
    exit 1
fi
