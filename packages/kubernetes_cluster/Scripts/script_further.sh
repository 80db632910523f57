#!/bin/bash
# What a further master needs to join are arguments: the contract of the script has no other way.
set -euo pipefail
{% include "cluster.sh" %}
{% include "no_proxy.sh" %}
{% include "script_proxies.sh" %}
{% include "script_options.sh" %}
bash "$VNFPKG_FILES"/{{ input.script_path }} "${options[@]}" \
    -t {{ steps.credentials.outputs.token }} -s {{ steps.credentials.outputs.ca_hash }} -k {{ steps.credentials.outputs.certificate_key }}
