#!/bin/bash
set -euo pipefail
probing=yes
{% include "managed.sh" %}
{% include "no_proxy.sh" %}
{% include "runtime_wanted.sh" %}
runtime_files
if [ "$(systemctl show --property=NeedDaemonReload --value "$runtime")" = yes ]; then
    echo "systemd has not read the settings of $runtime yet" >&2
    exit 1
fi
runtime_state >/run/vnfpkg-runtime
applied runtime </run/vnfpkg-runtime
systemctl is-active --quiet "$runtime"
