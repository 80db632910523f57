# Settings of the private registries on this node. Both engines read a registry's CA at every pull; Docker keeps its list of
# HTTP registries in a file that it reads again on a signal. So no engine is restarted; the kubelet is when logins change, which
# its pods do not notice.
runtime={{ input.kubernetes.container_runtime }}
docker_login=/root/.docker/config.json
state=/var/lib/vnfpkg/kubernetes/registries

all_registries() {
    :
    {% for registry in input.private_registry_connection_info %}echo {{ registry.server }}
    {% endfor %}
}
http_registries() {
    :
    {% for registry in input.private_registry_connection_info %}{% if registry.connection_type == "0" %}echo {{ registry.server }}
    {% endif %}{% endfor %}
}
# What this step set up before; only that is ever taken away.
earlier() { cat "$state" 2>/dev/null || true; }
not_in() { grep -vxF -f <(printf '%s\n' "$1") || true; }

# ca SERVER FILE: where the engine looks for the CA of an HTTPS registry.
ca() {
    if [ "$runtime" = docker ]; then
        put "/etc/docker/certs.d/$1/ca.crt" 644 <"$2"
    else
        put "/etc/containerd/certs.d/$1/ca.crt" 644 <"$2"
    fi
}
# endpoint SERVER SCHEME WITH_CA: containerd's own description of a registry.
endpoint() {
    [ "$runtime" = containerd ] || return 0
    {
        printf 'server = "%s://%s"\n\n[host."%s://%s"]\n  capabilities = ["pull", "resolve"]\n' "$2" "$1" "$2" "$1"
        [ -z "$3" ] || printf '  ca = "/etc/containerd/certs.d/%s/ca.crt"\n' "$1"
    } | put "/etc/containerd/certs.d/$1/hosts.toml" 644
}
insecure() {
    [ "$runtime" = docker ] || return 0
    local have=/etc/docker/daemon.json now
    now=$( { [ -s "$have" ] && cat "$have" || echo '{}'; } | jq --tab \
        --argjson ours "$(http_registries | jq -R . | jq -s .)" --argjson before "$(earlier | jq -R . | jq -s .)" \
        '(((."insecure-registries" // []) - $before - $ours) + $ours) as $all
        | if $all == [] then del(."insecure-registries") else ."insecure-registries" = $all end')
    [ "$now" != '{}' ] || [ -e "$have" ] || return 0
    [ -e "$have" ] && [ "$(jq -S . "$have")" = "$(jq -S . <<<"$now")" ] || put "$have" 644 <<<"$now"
}
# Docker runs with the list that its file holds.
insecure_applied() {
    [ "$runtime" = docker ] || return 0
    local server known
    known=$(docker info --format '{% raw %}{{range $name, $index := .RegistryConfig.IndexConfigs}}{{if not $index.Secure}}{{$name}}{{println}}{{end}}{{end}}{% endraw %}')
    for server in $(http_registries); do
        grep -qxF "$server" <<<"$known" || return 1
    done
    for server in $(earlier | not_in "$(http_registries)"); do
        ! grep -qxF "$server" <<<"$known" || return 1
    done
}
# has_login SERVER USER PASSWORD: the engine keeps this login. Arguments of functions are seen by no other program.
has_login() {
    [ -e "$docker_login" ] && [ "$(jq -r --arg server "$1" '.auths[$server].auth // ""' "$docker_login")" = "$(printf '%s:%s' "$2" "$3" | base64 -w 0)" ]
}
# login_of_docker SERVER USER PASSWORD: dockerd keeps what it read of /etc/hosts for five seconds, so a name that was just written
# there may still be unknown to it. Only that is tried again.
login_of_docker() {
    local said
    for _ in $(seq 15); do
        if said=$(printf '%s' "$3" | HOME=/root docker login --username "$2" --password-stdin "$1" 2>&1); then
            return 0
        fi
        grep -q 'dial tcp: lookup ' <<<"$said" || break
        sleep 0.5
    done
    printf '%s\n' "$said" | grep -v WARNING >&2
    return 1
}
login() {
    ! has_login "$1" "$2" "$3" || return 0
    if [ "$probing" = yes ]; then
        echo "there is no login for $1 yet" >&2
        exit 1
    fi
    if [ "$runtime" = docker ]; then
        login_of_docker "$1" "$2" "$3"
    else
        install -d -m 700 /root/.docker
        [ -s "$docker_login" ] || echo '{}' >"$docker_login"
        printf '%s:%s' "$2" "$3" | base64 -w 0 | jq -R --arg server "$1" --slurpfile have "$docker_login" '. as $auth | $have[0] | .auths[$server].auth = $auth' | put "$docker_login" 600
    fi
}
logout() {
    [ -e "$docker_login" ] && [ "$(jq --arg server "$1" '.auths // {} | has($server)' "$docker_login")" = true ] || return 0
    if [ "$probing" = yes ]; then
        echo "the login for $1 is to go" >&2
        exit 1
    fi
    jq --arg server "$1" 'del(.auths[$server])' "$docker_login" | put "$docker_login" 600
}

registry_settings() {
    local server
    for server in $(earlier | not_in "$(all_registries)"); do
        gone "/etc/docker/certs.d/$server"
        gone "/etc/containerd/certs.d/$server"
        logout "$server"
    done
    {% for registry in input.private_registry_connection_info %}
    {% if registry.certificate_path %}ca {{ registry.server }} "$VNFPKG_FILES"/{{ registry.certificate_path }}
    {% else %}gone "/etc/$runtime/certs.d/"{{ registry.server }}/ca.crt
    {% endif %}
    endpoint {{ registry.server }} {% if registry.connection_type == "1" %}https{% else %}http{% endif %} {{ registry.certificate_path }}
    {% endfor %}
    insecure
    if ! insecure_applied; then
        if [ "$probing" = yes ]; then
            echo "Docker does not know the HTTP registries yet" >&2
            exit 1
        fi
        systemctl reload docker
        for _ in $(seq 50); do
            ! insecure_applied || break
            sleep 0.1
        done
    fi
    {% for registry in input.private_registry_connection_info %}{% if registry.username %}login {{ registry.server }} {{ registry.username }} {{ registry.password }}
    {% else %}logout {{ registry.server }}
    {% endif %}{% endfor %}
    # The kubelet pulls with the logins of root.
    if [ -e "$docker_login" ]; then
        if [ "$(readlink /var/lib/kubelet/config.json)" != "$docker_login" ]; then
            gone /var/lib/kubelet/config.json
            if [ "$probing" = yes ]; then
                echo "the kubelet does not see the logins" >&2
                exit 1
            fi
            install -d /var/lib/kubelet
            ln -s "$docker_login" /var/lib/kubelet/config.json
        fi
        # It remembers for minutes that there was no login.
        apply_it() { ! systemctl is-active --quiet kubelet || systemctl restart kubelet; }
        applied logins <"$docker_login"
    fi
    all_registries | sort -u | put "$state" 644
}
