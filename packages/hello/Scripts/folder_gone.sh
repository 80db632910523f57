[ ! -e "$HOME/vnfpkg-hello" ]
