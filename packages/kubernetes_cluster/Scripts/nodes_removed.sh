#!/bin/bash
set -euo pipefail
{% include "kubectl.sh" %}
{% include "leaving.sh" %}
for ip in ${leaving[@]+"${leaving[@]}"}; do
    [ -z "$(node_of "$ip")" ]
done
for ip in ${leaving_masters[@]+"${leaving_masters[@]}"}; do
    [ -z "$(member_of "$ip")" ]
done
