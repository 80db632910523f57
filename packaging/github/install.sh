#!/usr/bin/env bash
# Installs vnfpkg for the steps that follow, as a wheel; pip's own variables choose another index or a folder of wheels.
set -euo pipefail

folder=$RUNNER_TEMP/vnfpkg
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: "vnfpkg==$VNFPKG_VERSION"
printf '%s\n' "$folder/bin" >>"$GITHUB_PATH"
