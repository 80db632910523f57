# Asking the cluster with a master's own rights.
kube() {
    kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout=20s "$@"
}
# node_of ADDRESS: the name of the node with this address, empty when there is none.
node_of() {
    kube get nodes -o json | jq -r --arg ip "$1" \
        '.items[] | select(any(.status.addresses[]?; .type == "InternalIP" and .address == $ip)) | .metadata.name'
}
