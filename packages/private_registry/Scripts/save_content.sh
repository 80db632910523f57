#!/bin/bash
# Packs the content of the registry where the login user can read it. Pushes wait meanwhile, so that none is saved by half.
set -euo pipefail
file="$VNFPKG_FILES"/registry-content.tar
user=${SUDO_USER:-root}

rm -f -- "$file"
if [ -z "$(ls -A /private_registry/docker 2>/dev/null)" ]; then
    echo "the registry has no content"
    exit 0
fi
if docker pause private_registry >/dev/null 2>&1; then
    trap 'docker unpause private_registry >/dev/null' EXIT
fi
sudo -n -u "$user" mkdir -p -m 0700 -- "$VNFPKG_FILES" 2>/dev/null || mkdir -p -m 0700 -- "$VNFPKG_FILES"
# The folder is the user's; a file that somebody puts in the way is not followed.
set -o noclobber
tar -c --sort=name --numeric-owner -C /private_registry docker >"$file"
chown --no-dereference "$user" -- "$file"
chmod 0600 -- "$file"
