test -d "$HOME/vnfpkg-hello"
