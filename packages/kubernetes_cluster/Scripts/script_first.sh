#!/bin/bash
set -euo pipefail
{% include "cluster.sh" %}
{% include "no_proxy.sh" %}
{% include "script_proxies.sh" %}
{% include "script_options.sh" %}
bash "$VNFPKG_FILES"/{{ input.script_path }} "${options[@]}"
