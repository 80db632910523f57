#!/bin/sh
set -eu
docker image inspect {{ input.image_name }} >/dev/null 2>&1
