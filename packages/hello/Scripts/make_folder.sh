set -eu
mkdir -p "$HOME/vnfpkg-hello"
echo "made $HOME/vnfpkg-hello"
