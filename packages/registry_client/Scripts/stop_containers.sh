#!/bin/sh
set -eu
docker ps --quiet | xargs --no-run-if-empty docker stop >/dev/null
