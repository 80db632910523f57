#!/bin/sh
set -eu
command -v helm >/dev/null
