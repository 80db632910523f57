[ "$(cat "$HOME/vnfpkg-hello/token" 2>/dev/null)" = {{ input.token }} ]
