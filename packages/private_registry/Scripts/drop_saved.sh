#!/bin/sh
# The controller has it now.
set -eu
rm -f -- "$VNFPKG_FILES"/registry-content.tar
