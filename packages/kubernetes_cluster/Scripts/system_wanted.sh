# The kubelet refuses to work with swap; pods need forwarding, and the firewall has to see bridged packets.
sysctl_file=/etc/sysctl.d/60-vnfpkg-kubernetes.conf
settings() {
    echo 'net.ipv4.ip_forward = 1'
    if [ -e /proc/sys/net/bridge/bridge-nf-call-iptables ]; then
        echo 'net.bridge.bridge-nf-call-iptables = 1'
        echo 'net.bridge.bridge-nf-call-ip6tables = 1'
    fi
}
