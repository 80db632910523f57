#!/bin/bash
set -euo pipefail
{% include "kubectl.sh" %}
kube apply -f "$VNFPKG_FILES"/{{ input.kubernetes.network_manifest }}
