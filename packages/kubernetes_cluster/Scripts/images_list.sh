# The image archives of the package that this node loads, and asking the runtime for what they hold.
runtime={{ input.kubernetes.container_runtime }}
archives=({% for file in input.kubernetes.images %}"$VNFPKG_FILES"/{{ file }} {% endfor %}
{% if host.vdu == "masterNode" %}{% for file in input.kubernetes.control_plane_images %}"$VNFPKG_FILES"/{{ file }} {% endfor %}{% endif %})

# has ARCHIVE: every image in it is in the runtime, with the very same content under its names.
has() {
    local config name
    while read -r config name; do
        case $runtime in
            docker) [ "$(docker image inspect --format '{% raw %}{{.Id}}{% endraw %}' "$name" 2>/dev/null)" = "sha256:$config" ] || return 1 ;;
            containerd) ctr -n k8s.io images ls -q name=="$(full_name "$name")" | grep -q . || return 1 ;;
        esac
    done < <(tar -xOf "$1" manifest.json | jq -r '.[] | (.Config | sub(".*/"; "") | sub("\\.json$"; "")) as $id | .RepoTags[] | $id + " " + .')
}
# Docker leaves its own registry's name away.
full_name() {
    case ${1%%/*} in
        "$1") echo "docker.io/library/$1" ;;
        *.* | *:* | localhost) echo "$1" ;;
        *) echo "docker.io/$1" ;;
    esac
}
