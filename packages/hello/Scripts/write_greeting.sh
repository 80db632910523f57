set -eu
file=$HOME/vnfpkg-hello/greeting.txt
printf '%s\n' {{ input.greeting }} >"$file"
echo "file=$file" >>"$VNFPKG_OUTPUT"
