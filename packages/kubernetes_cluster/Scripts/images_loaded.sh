#!/bin/bash
set -euo pipefail
{% include "images_list.sh" %}
for archive in "${archives[@]}"; do
    has "$archive"
done
