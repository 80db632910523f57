# The lines of /etc/hosts that are ours, between two marks; everything else in the file stays as it is.
begin='# BEGIN vnfpkg kubernetes_cluster'
end='# END vnfpkg kubernetes_cluster'

line() { printf '%s\n' "$*"; }
wanted() {
    echo "$begin"
    {
        {% for node in vdus.masterNode %}{% if node.change != "removed" %}line {{ node.ip }} master-{{ node.ip | replace(from=".", to="-") | replace(from=":", to="-") }}
        {% endif %}{% endfor %}
        {% for node in vdus.workerNode %}{% if node.change != "removed" %}line {{ node.ip }} worker-{{ node.ip | replace(from=".", to="-") | replace(from=":", to="-") }}
        {% endif %}{% endfor %}
        {% for registry in input.private_registry_connection_info %}{% if registry.hosts_string %}line {{ registry.hosts_string }}
        {% endif %}{% endfor %}
        :
    } | awk '{ $1 = $1 } !seen[$0]++'
    echo "$end"
}
others() {
    awk -v begin="$begin" -v end="$end" '$0 == begin { inside = 1 } !inside { print } $0 == end { inside = 0 }' /etc/hosts
}
whole() {
    others
    wanted
}
