#!/bin/bash
set -euo pipefail
{% include "names.sh" %}
{% include "cluster.sh" %}
{% include "kubeadm.sh" %}
version={{ input.kubernetes.version }}

# Beginning a second cluster behind the same address would cut the nodes of the first one off.
if [ "$several" = yes ] && curl -ksS --noproxy '*' --max-time 5 -o /dev/null "https://$endpoint/healthz" 2>/dev/null; then
    echo "a cluster answers at $endpoint already, and this master is none of its members: heal it with heal_start and heal_end" >&2
    exit 1
fi
clear_node
api=$(api_version)
{
    echo "apiVersion: $api"
    echo 'kind: InitConfiguration'
    echo "localAPIEndpoint: { advertiseAddress: \"$node_ip\", bindPort: 6443 }"
    node_registration
    echo '---'
    echo "apiVersion: $api"
    echo 'kind: ClusterConfiguration'
    echo "kubernetesVersion: ${version:-$(kubeadm version -o short)}"
    echo "controlPlaneEndpoint: \"$endpoint\""
    echo networking:
    echo "  podSubnet: "{{ input.master_node.pod_cidr }}
    echo "  serviceSubnet: "{{ input.master_node.cluster_cidr }}
} >"$settings"
kubeadm init --config "$settings" $(skipped preflight addon) | grep -vE 'token|certificate-key|discovery'
