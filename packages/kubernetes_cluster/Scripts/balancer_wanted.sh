# HAProxy on every master in front of all of them; keepalived holds the virtual address at one that works.
index={{ host.index }}
router={{ input.kubernetes.virtual_router_id }}
if [ -z "$router" ]; then
    # Another cluster on the same network has another address, so most likely another number.
    router=$(( 0x$(printf %s "$vip" | sha256sum | cut -c1-6) % 254 + 1 ))
fi
interface=$(ip -o addr show | awk -v ip="$node_ip" '{ split($4, a, "/") } a[1] == ip { print $2; exit }')
# On an interface with a translated address the route tells.
interface=${interface:-$(ip route show default | awk '{ print $5; exit }')}

haproxy_config() {
    cat <<'TEXT'
# Written by vnfpkg.
global
    log /dev/log local0
    user haproxy
    group haproxy
    maxconn 4000
defaults
    mode tcp
    log global
    option dontlognull
    retries 3
    timeout connect 5s
    timeout client 10m
    timeout server 10m
frontend kubernetes
    default_backend masters
TEXT
    case $vip in
        *:*) echo '    bind :::16443 v4v6' ;;
        *) echo '    bind :16443' ;;
    esac
    cat <<'TEXT'
backend masters
    balance roundrobin
    option redispatch
    option httpchk GET /readyz
    http-check expect status 200
    default-server check check-ssl verify none inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
TEXT
    local master
    for master in "${masters[@]}"; do
        printf '    server master-%s %s:6443\n' "$(printf %s "$master" | tr .: --)" "$master"
    done
}
keepalived_config() {
    printf '# Written by vnfpkg.\nglobal_defs {\n    enable_script_security\n    script_user root\n}\n'
    printf 'vrrp_script haproxy {\n    script "/usr/bin/systemctl is-active --quiet haproxy"\n    interval 1\n    fall 2\n    rise 1\n}\n'
    printf 'vrrp_instance kubernetes {\n    state BACKUP\n    interface %s\n    virtual_router_id %s\n    priority %s\n    advert_int 1\n' \
        "$interface" "$router" "$((150 - index))"
    printf '    unicast_src_ip %s\n    unicast_peer {\n' "$node_ip"
    local master
    for master in "${masters[@]}"; do
        [ "$master" = "$node_ip" ] || printf '        %s\n' "$master"
    done
    printf '    }\n    virtual_ipaddress {\n        %s\n    }\n    track_script {\n        haproxy\n    }\n}\n' "$vip"
}
balancer_files() {
    haproxy_config | put /etc/haproxy/haproxy.cfg 644
    keepalived_config | put /etc/keepalived/keepalived.conf 644
}
