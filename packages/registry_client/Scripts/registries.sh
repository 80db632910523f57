#!/bin/bash
set -euo pipefail
{% include "settings.sh" %}
umask 022
mkdir -p "${settings%/*}" "${state%/*}"
# What was brought is noted before it is brought, so that a run that is cut off forgets nothing.
{ earlier; wanted; } | sort -u >"$state.partial"
mv "$state.partial" "$state"
{ [ -s "$settings" ] && cat "$settings" || echo '{}'; } | jq --tab \
    --argjson wanted "$(wanted | jq -R . | jq -s .)" --argjson leaving "$(leaving | jq -R . | jq -s .)" \
    '."insecure-registries" = ((."insecure-registries" // []) - $leaving - $wanted + $wanted)' >"$settings.partial"
mv "$settings.partial" "$settings"
# The engine reads its list of registries again; containers go on.
systemctl reload docker
for _ in $(seq 50); do
    ! applied || break
    sleep 0.1
done
applied
wanted | sort -u >"$state.partial"
mv "$state.partial" "$state"
