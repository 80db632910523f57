#!/bin/sh
set -eu
file="$VNFPKG_FILES"/{{ steps.upload_image.to }}
docker load --quiet --input "$file"
rm -f "$file"
