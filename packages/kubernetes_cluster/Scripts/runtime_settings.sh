#!/bin/bash
# Restarts the engine only when its settings are others.
set -euo pipefail
probing=no
{% include "managed.sh" %}
{% include "no_proxy.sh" %}
{% include "runtime_wanted.sh" %}
apply_it() {
    # A fresh engine without settings of ours runs with what it should run with.
    if [ "$(runtime_state)" != "$runtime" ] || [ -e /var/lib/vnfpkg/kubernetes/runtime ]; then
        systemctl daemon-reload
        systemctl restart "$runtime"
    fi
}
runtime_files
runtime_state >/run/vnfpkg-runtime
applied runtime </run/vnfpkg-runtime
