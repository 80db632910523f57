# Proxies of the engine, and for containerd the place where it looks for settings of registries.
runtime={{ input.kubernetes.container_runtime }}
runtime_files() {
    {% if input.proxy.http_proxy or input.proxy.https_proxy %}{
        echo '# Written by vnfpkg.'
        echo '[Service]'
        {% if input.proxy.http_proxy %}printf 'Environment="HTTP_PROXY=%s"\n' {{ input.proxy.http_proxy | systemd }}
        {% endif %}{% if input.proxy.https_proxy %}printf 'Environment="HTTPS_PROXY=%s"\n' {{ input.proxy.https_proxy | systemd }}
        {% endif %}printf 'Environment="NO_PROXY=%s"\n' "$(no_proxy_list)"
    } | put "/etc/systemd/system/$runtime.service.d/60-vnfpkg-proxy.conf" 600
    {% else %}gone "/etc/systemd/system/$runtime.service.d/60-vnfpkg-proxy.conf"
    {% endif %}
    [ "$runtime" = containerd ] || return 0
    {
        echo '# Written by vnfpkg.'
        echo 'version = 2'
        echo '[plugins."io.containerd.grpc.v1.cri"]'
        pause=$(kubeadm config images list ${version:+--kubernetes-version "$version"} 2>/dev/null | grep '/pause:') || pause=
        [ -z "$pause" ] || printf '  sandbox_image = "%s"\n' "$pause"
        echo '[plugins."io.containerd.grpc.v1.cri".registry]'
        echo '  config_path = "/etc/containerd/certs.d"'
        echo '[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]'
        echo '  runtime_type = "io.containerd.runc.v2"'
        echo '[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]'
        printf '  SystemdCgroup = %s\n' "$(systemd_cgroup)"
    } | put /etc/containerd/config.toml 644
}
version={{ input.kubernetes.version }}
# kubeadm tells the kubelet to use systemd's cgroup driver from version 1.22 on.
systemd_cgroup() {
    local minor
    minor=$(kubeadm version -o short 2>/dev/null | cut -d. -f2)
    if [ "${minor:-0}" -ge 22 ]; then echo true; else echo false; fi
}
runtime_state() {
    echo "$runtime"
    cat "/etc/systemd/system/$runtime.service.d/60-vnfpkg-proxy.conf" 2>/dev/null || true
    [ "$runtime" != containerd ] || cat /etc/containerd/config.toml
}
