#!/bin/sh
# Makes a Python environment with OpenStack Tacker as PyPI has it, and unpacks its source archive for the sample drivers.
# Arguments: OUT VERSION
set -eu
out=$1
version=$2
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_NO_CACHE_DIR=1

python3 -m venv "$out/venv"
python="$out/venv/bin/python"
"$python" -m pip install --quiet pbr setuptools wheel
"$python" -m pip install --quiet "tacker==$version"
# What pip needs to look at a source archive is installed above; nothing is built here.
"$python" -m pip download --quiet --no-deps --no-binary :all: --no-build-isolation --dest "$out" "tacker==$version"
mkdir "$out/source"
tar -xzf "$out/tacker-$version.tar.gz" -C "$out/source" --strip-components 1
rm "$out/tacker-$version.tar.gz"
"$python" -c 'import tacker'
