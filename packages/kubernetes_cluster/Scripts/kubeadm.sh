# kubeadm's own settings file is where tokens and keys go: they never become arguments of a program.
runtime={{ input.kubernetes.container_runtime }}
settings=$(mktemp)
trap 'rm -f "$settings"' EXIT
skip=({% for phase in input.kubernetes.skip_phases %}{{ phase }} {% endfor %})

# skipped PHASE...: the options that leave out those of these phases that the request leaves out.
skipped() {
    local phase wanted list=
    for phase in ${skip[@]+"${skip[@]}"}; do
        for wanted in "$@"; do
            [ "${phase%%/*}" != "$wanted" ] || list="$list,$phase"
        done
    done
    [ -z "$list" ] || echo "--skip-phases=${list#,}"
}
# A join cannot leave its checks out altogether.
ignored() {
    case " ${skip[*]-} " in *" preflight "*) echo --ignore-preflight-errors=all ;; esac
}
api_version() { kubeadm config print init-defaults 2>/dev/null | sed -n 's/^apiVersion: //p' | head -n 1; }

node_registration() {
    echo 'nodeRegistration:'
    echo "  name: $node_name"
    if [ "$runtime" = containerd ]; then
        echo '  criSocket: /run/containerd/containerd.sock'
    fi
    echo '  kubeletExtraArgs:'
    case $(api_version) in
        kubeadm.k8s.io/v1beta[123]) echo "    node-ip: \"$node_ip\"" ;;
        *) printf '  - name: node-ip\n    value: "%s"\n' "$node_ip" ;;
    esac
}
# What an attempt that did not come to its end left behind. The logins at registries are no part of that.
clear_node() {
    if [ -e /etc/kubernetes/kubelet.conf ] || [ -e /var/lib/kubelet/config.yaml ] || [ -e /etc/kubernetes/pki ]; then
        kubeadm reset --force >/dev/null 2>&1 || true
        rm -rf /var/lib/etcd
    fi
    if [ -e /root/.docker/config.json ]; then
        ln -sfn /root/.docker/config.json /var/lib/kubelet/config.json
    fi
}
