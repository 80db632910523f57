#!/bin/bash
set -euo pipefail
patience=120
probing=no
{% include "names.sh" %}
{% include "managed.sh" %}
{% include "pod_network_wanted.sh" %}
network_file | put /etc/cni/net.d/10-vnfpkg.conflist 644
