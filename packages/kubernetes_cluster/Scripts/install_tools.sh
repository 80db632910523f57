#!/bin/bash
# curl asks the registries, jq changes settings that others share, openssl reads the cluster's CA.
set -euo pipefail
{% include "apt.sh" %}
apt_install curl jq openssl ca-certificates
