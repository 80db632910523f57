#!/usr/bin/env bash
# Validates the packages; findings become annotations, and SARIF when a file is named.
set -euo pipefail

arguments=()
while IFS= read -r line; do
    [ -z "$line" ] || arguments+=("$line")
done <<<"$VNFPKG_ARGUMENTS"
if [ -n "$VNFPKG_SARIF" ]; then
    arguments+=(--report "sarif=$VNFPKG_SARIF")
    printf 'sarif=%s\n' "$VNFPKG_SARIF" >>"$GITHUB_OUTPUT"
fi
packages=()
while IFS= read -r line; do
    [ -z "$line" ] || packages+=("$line")
done <<<"$VNFPKG_PACKAGES"
exec vnfpkg validate "${arguments[@]}" -- "${packages[@]}"
