#!/bin/bash
# The contract of Tacker's install script on a worker.
set -euo pipefail
{% include "names.sh" %}
{% include "cluster.sh" %}
{% include "no_proxy.sh" %}
{% include "script_proxies.sh" %}
address=${vip:-${masters[0]}}
ha_flag=False
[ "$several" = no ] || ha_flag=True
export ha_flag
bash "$VNFPKG_FILES"/{{ input.script_path }} -w "$node_ip" -i "$address" \
    -t {{ steps.credentials.outputs.token }} -s {{ steps.credentials.outputs.ca_hash }}
