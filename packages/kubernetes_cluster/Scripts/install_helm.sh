#!/bin/bash
set -euo pipefail
{% include "no_proxy.sh" %}
{% include "script_proxies.sh" %}
bash "$VNFPKG_FILES"/{{ input.helm_installation_script_path }}
