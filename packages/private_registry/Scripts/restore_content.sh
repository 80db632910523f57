#!/bin/bash
# Puts saved content into an empty registry: all of it or none.
set -euo pipefail
file="$VNFPKG_FILES"/registry-content.tar
partial=/private_registry/.restoring

rm -rf -- "$partial"
mkdir -p -- "$partial"
tar -x --numeric-owner -f "$file" -C "$partial"
rm -rf -- /private_registry/docker
mv -- "$partial/docker" /private_registry/docker
rmdir -- "$partial"
rm -f -- "$file"
