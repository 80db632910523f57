# The contract of Tacker's install script on a master: all masters, the cluster's address, both networks.
address=${vip:-${masters[0]}}
all=$(IFS=,; echo "${masters[*]}")
options=(-m "$all" -i "$address" -p {{ input.master_node.pod_cidr }} -a {{ input.master_node.cluster_cidr }})
