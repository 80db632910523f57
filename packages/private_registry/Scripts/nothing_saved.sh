#!/bin/sh
set -eu
[ ! -e "$VNFPKG_FILES"/registry-content.tar ]
