#!/bin/bash
# Without another master there is no cluster that a node could leave.
set -euo pipefail
{% include "kubectl.sh" %}
kube get --raw /readyz >/dev/null
