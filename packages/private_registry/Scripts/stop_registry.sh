#!/bin/sh
# Lets uploads end, then stops for good.
set -eu
docker update --restart no private_registry >/dev/null
docker stop --time 30 private_registry >/dev/null
