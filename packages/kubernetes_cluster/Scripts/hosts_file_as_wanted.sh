#!/bin/bash
set -euo pipefail
{% include "hosts_block.sh" %}
whole | cmp -s - /etc/hosts
