# The package repository that the request names, beside those of the distribution.
add_repository() {
    :
{% if input.kubernetes.repository.url %}
    local url={{ input.kubernetes.repository.url }} suite={{ input.kubernetes.repository.suite }} component={{ input.kubernetes.repository.component }}
    local key_url={{ input.kubernetes.repository.key_url }} options key=/etc/apt/keyrings/vnfpkg-kubernetes.asc
    options="arch=$(dpkg --print-architecture)"
    if [ -n "$key_url" ]; then
        install -d -m 0755 /etc/apt/keyrings
        curl -fsSL --retry 3 -o "$key.new" "$key_url"
        chmod 0644 "$key.new"
        mv "$key.new" "$key"
        options="$options signed-by=$key"
    fi
    echo "deb [$options] $url $suite $component" >/etc/apt/sources.list.d/vnfpkg-kubernetes.list
{% endif %}
}
