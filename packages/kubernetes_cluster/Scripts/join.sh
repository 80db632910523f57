#!/bin/bash
set -euo pipefail
{% include "names.sh" %}
{% include "cluster.sh" %}
{% include "kubeadm.sh" %}
token={{ steps.credentials.outputs.token }}
ca_hash={{ steps.credentials.outputs.ca_hash }}
key={{ steps.credentials.outputs.certificate_key }}
if [ -z "$token" ]; then
    echo "the cluster still counts $node_name as a node that works, and this host is none of its members: run heal_start for it first" >&2
    exit 1
fi
clear_node
{
    echo "apiVersion: $(api_version)"
    echo 'kind: JoinConfiguration'
    echo 'discovery:'
    echo "  bootstrapToken: { apiServerEndpoint: \"$endpoint\", token: \"$token\", caCertHashes: [\"$ca_hash\"] }"
    node_registration
    {% if host.vdu == "masterNode" %}
    echo 'controlPlane:'
    echo "  localAPIEndpoint: { advertiseAddress: \"$node_ip\", bindPort: 6443 }"
    echo "  certificateKey: \"$key\""
    {% endif %}
} >"$settings"
kubeadm join --config "$settings" $(ignored)
