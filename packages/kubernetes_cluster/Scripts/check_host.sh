#!/bin/bash
# The distribution is one that the steps are made for, and the parameters fit one another.
set -euo pipefail
{% include "cluster.sh" %}

faults=0
fault() {
    echo "$*" >&2
    faults=1
}

. /etc/os-release
case "${ID:-}-${VERSION_ID:-}" in
    debian-12 | ubuntu-20.04 | ubuntu-22.04 | ubuntu-24.04) ;;
    *) fault "operating system is ${PRETTY_NAME:-unknown}; supported are Debian 12 and Ubuntu 20.04, 22.04 and 24.04" ;;
esac

cluster_cp={{ input.master_node.cluster_cp_name }}
if [ "$several" = yes ] && [ -z "$vip" ]; then
    fault "there are several masters and no address of $cluster_cp: name it with --vip $cluster_cp=ADDRESS, or under vips in the inventory"
fi
{% for registry in input.private_registry_connection_info %}
{% if registry.username and not registry.password %}
fault "registry "{{ registry.server }}" has a username and no password"
{% endif %}
{% if registry.certificate_path and registry.connection_type == "0" %}
fault "registry "{{ registry.server }}" has a certificate and connection_type 0, which is HTTP; HTTPS is 1"
{% endif %}
{% for other in input.private_registry_connection_info %}
{% if other.server == registry.server and other.connection_type != registry.connection_type %}
fault "registry "{{ registry.server }}" is there twice, with HTTP and with HTTPS"
{% endif %}
{% endfor %}
{% endfor %}
exit "$faults"
