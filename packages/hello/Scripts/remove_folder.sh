set -eu
rm -rf "$HOME/vnfpkg-hello"
