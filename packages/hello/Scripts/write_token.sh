set -eu
umask 077
printf '%s\n' {{ input.token }} >"$HOME/vnfpkg-hello/token"
