# The nodes that leave, by their addresses.
leaving=({% for node in vdus.masterNode %}{% if node.change == "removed" %}{{ node.ip }} {% endif %}{% endfor %}{% for node in vdus.workerNode %}{% if node.change == "removed" %}{{ node.ip }} {% endif %}{% endfor %})
leaving_masters=({% for node in vdus.masterNode %}{% if node.change == "removed" %}{{ node.ip }} {% endif %}{% endfor %})
drain_timeout={{ input.drain_timeout }}

ready_master() {
    kube get nodes -l node-role.kubernetes.io/master -o json | jq -r '.items[]
        | select(any(.status.conditions[]; .type == "Ready" and .status == "True")) | .metadata.name' | head -n 1
}
# etcd ARGUMENT...: etcdctl in the etcd of a master that stays.
etcd() {
    local here
    here=$(sed -n 's/.*--hostname-override=\([^ "]*\).*/\1/p' /var/lib/kubelet/kubeadm-flags.env)
    kube -n kube-system exec "etcd-${here:-$(hostname | tr A-Z a-z)}" -- etcdctl --endpoints=https://127.0.0.1:2379 \
        --cacert=/etc/kubernetes/pki/etcd/ca.crt --cert=/etc/kubernetes/pki/etcd/peer.crt --key=/etc/kubernetes/pki/etcd/peer.key "$@"
}
# member_of ADDRESS: the id of its member of etcd, empty when there is none.
member_of() {
    etcd member list | awk -F', *' -v ip="$1" 'index($4, "//" ip ":2380") || index($4, "//[" ip "]:2380") { print $1 }'
}
