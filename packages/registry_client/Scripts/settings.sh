# The registries in Docker's settings. What else is in daemon.json stays; of its registries only those go that these steps brought.
settings=/etc/docker/daemon.json
state=/var/lib/vnfpkg/registry_client/registries

wanted() {
    :
    {% for registry in input.registries %}echo {{ registry }}
    {% endfor %}
}
earlier() { cat "$state" 2>/dev/null || true; }
leaving() { earlier | grep -vxF -f <(wanted) || true; }

# The engine runs with what it should run with.
applied() {
    local known server
    known=$(docker info --format '{% raw %}{{range $name, $index := .RegistryConfig.IndexConfigs}}{{if not $index.Secure}}{{$name}}{{println}}{{end}}{{end}}{% endraw %}')
    for server in $(wanted); do
        grep -qxF "$server" <<<"$known" || return 1
    done
    for server in $(leaving); do
        ! grep -qxF "$server" <<<"$known" || return 1
    done
}
