#!/bin/sh
# Nothing was saved, or the registry has content already.
set -eu
[ ! -e "$VNFPKG_FILES"/registry-content.tar ] || [ -n "$(ls -A /private_registry/docker 2>/dev/null)" ]
