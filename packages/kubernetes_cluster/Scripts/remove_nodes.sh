#!/bin/bash
set -euo pipefail
{% include "kubectl.sh" %}
{% include "leaving.sh" %}
evict_options=(--ignore-daemonsets --force "--timeout=$drain_timeout" --delete-local-data)
! kubectl drain --help | grep -q -- --delete-emptydir-data || evict_options[3]=--delete-emptydir-data

for ip in ${leaving[@]+"${leaving[@]}"}; do
    node=$(node_of "$ip")
    [ -n "$node" ] || continue
    ready=$(kube get node "$node" -o jsonpath='{.status.conditions[?(@.type=="Ready")].status}')
    kube cordon "$node"
    # A node that is dead can hand over nothing; its pods go with it.
    if [ "$ready" = True ]; then
        kubectl --kubeconfig /etc/kubernetes/admin.conf drain "$node" "${evict_options[@]}" ||
            echo "node $node did not hand over all its pods within $drain_timeout; they end with it" >&2
    fi
    kube delete pods --all-namespaces --field-selector "spec.nodeName=$node" --force --grace-period=0 --wait=false >/dev/null 2>&1 || true
    kube delete node "$node"
done
for ip in ${leaving_masters[@]+"${leaving_masters[@]}"}; do
    member=$(member_of "$ip")
    [ -z "$member" ] || etcd member remove "$member"
done
