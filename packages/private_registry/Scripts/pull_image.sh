#!/bin/sh
set -eu
docker pull --quiet {{ input.image_name }}
