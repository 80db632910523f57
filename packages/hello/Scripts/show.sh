set -eu
cat {{ steps.greeting.outputs.file }}
cat "$VNFPKG_FILES/hello/motto.txt"
