#!/bin/sh
# The registry has content already: what was saved must not be put over it.
set -eu
[ -n "$(ls -A /private_registry/docker 2>/dev/null)" ]
