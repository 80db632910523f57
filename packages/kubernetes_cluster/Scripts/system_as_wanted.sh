#!/bin/bash
set -euo pipefail
probing=yes
{% include "managed.sh" %}
{% include "system_wanted.sh" %}
! grep -qE '^[^#]\S*\s+\S+\s+swap\s' /etc/fstab 2>/dev/null
[ "$(wc -l </proc/swaps)" -le 1 ]
settings | put "$sysctl_file" 644
settings | while IFS=' =' read -r key value; do
    [ "$(sysctl -n "$key")" = "$value" ]
done
