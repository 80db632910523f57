#!/bin/sh
# reaper.sh LAB RUN ID OWNER STARTED: takes the lab down when the process that owns it is gone.
# OWNER is a pid and STARTED its start time, so that a later process with the same number does not count.
# Ends by itself when the lab is taken down, or replaced by another of the same name (another ID).
set -u
lab=$1 run=$2 id=$3 owner=$4 started=$5
echo "$$ $(cut -d' ' -f22 /proc/$$/stat)" >"$run/reaper.pid"
down=$(cat "$run/bin/down.sh")

same_lab() { [ "$(cat "$run/id" 2>/dev/null)" = "$id" ]; }
# The name in field 2 may hold blanks: cut after its closing bracket.
alive() { [ "$(sed 's/.*) //' "/proc/$owner/stat" 2>/dev/null | cut -d' ' -f20)" = "$started" ]; }

while same_lab && alive; do
    sleep 0.3
done
same_lab || exit 0
exec 9>"$run.lock"
flock 9
if same_lab; then
    sh -c "$down" down.sh "$lab" "$run" 9>&- && rm -f "$run.lock"
fi
