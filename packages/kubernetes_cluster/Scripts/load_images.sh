#!/bin/bash
set -euo pipefail
{% include "images_list.sh" %}
for archive in "${archives[@]}"; do
    ! has "$archive" || continue
    echo "loading ${archive##*/}"
    case $runtime in
        docker) docker load --quiet --input "$archive" ;;
        containerd) ctr -n k8s.io images import "$archive" ;;
    esac
done
