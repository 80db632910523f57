# What is reached without a proxy: what the request says, and the cluster itself. Networks stay networks.
no_proxy_list() {
    {
        printf '%s\n' {{ input.proxy.no_proxy }} | tr ',' '\n'
        printf '%s\n' 127.0.0.1 localhost {{ input.master_node.pod_cidr }} {{ input.master_node.cluster_cidr }}
        printf '%s\n' {% if input.proxy.k8s_node_cidr %}{{ input.proxy.k8s_node_cidr }}{% else %}{% for node in vdus.masterNode %}{{ node.ip }} {% endfor %}{% for node in vdus.workerNode %}{{ node.ip }} {% endfor %}{% endif %}

        {% for vip in vips | values %}printf '%s\n' {{ vip.address }}
        {% endfor %}
    } | tr -d ' \t' | awk 'NF && !seen[$0]++' | paste -sd, -
}
