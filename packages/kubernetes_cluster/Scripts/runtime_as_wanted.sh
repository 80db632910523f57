#!/bin/bash
set -euo pipefail
probing=yes
{% include "managed.sh" %}
{% include "no_proxy.sh" %}
{% include "runtime_wanted.sh" %}
runtime_files
[ "$(systemctl show --property=NeedDaemonReload --value "$runtime")" = no ]
runtime_state >/run/vnfpkg-runtime
applied runtime </run/vnfpkg-runtime
systemctl is-active --quiet "$runtime"
