#!/bin/bash
set -euo pipefail
{% include "kubectl.sh" %}
kube diff -f "$VNFPKG_FILES"/{{ input.kubernetes.network_manifest }} >/dev/null
