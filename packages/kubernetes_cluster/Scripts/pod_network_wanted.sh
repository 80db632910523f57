# A bridge with the node's part of the pods' network. Pods of one node reach each other and the node; a pod network
# across nodes comes with a manifest.
name=$(sed -n 's/.*--hostname-override=\([^ "]*\).*/\1/p' /var/lib/kubelet/kubeadm-flags.env 2>/dev/null)
name=${name:-$node_name}
range=
for _ in $(seq "$patience"); do
    range=$(kubectl --kubeconfig /etc/kubernetes/kubelet.conf --request-timeout=10s get node "$name" -o jsonpath='{.spec.podCIDR}') || true
    [ -z "$range" ] || break
    sleep 0.5
done
if [ -z "$range" ]; then
    echo "the cluster has not given node $name a part of the pods' network" >&2
    exit 1
fi
network_file() {
    cat <<TEXT
{
  "cniVersion": "0.3.1",
  "name": "vnfpkg",
  "plugins": [
    {
      "type": "bridge",
      "bridge": "cni0",
      "isGateway": true,
      "ipMasq": true,
      "hairpinMode": true,
      "ipam": { "type": "host-local", "ranges": [[{ "subnet": "$range" }]], "routes": [{ "dst": "0.0.0.0/0" }] }
    },
    { "type": "portmap", "capabilities": { "portMappings": true } }
  ]
}
TEXT
}
