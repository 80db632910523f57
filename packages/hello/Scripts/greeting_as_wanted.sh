set -eu
file=$HOME/vnfpkg-hello/greeting.txt
[ "$(cat "$file" 2>/dev/null)" = {{ input.greeting }} ]
echo "file=$file" >>"$VNFPKG_OUTPUT"
