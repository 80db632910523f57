#!/bin/bash
# install_cluster.sh -m MASTERS -i ADDRESS -p POD_NETWORK -a SERVICE_NETWORK [-t TOKEN -s CA_HASH -k KEY]: a master.
# install_cluster.sh -w WORKER -i ADDRESS -t TOKEN -s CA_HASH: a worker. The engine, kubeadm and the images are on the VM.
# As install scripts for Tacker do, it finds HTTP registries in $HTTP_PRIVATE_REGISTRIES, quoted and with commas between.
set -euo pipefail
masters= worker= address= pods= services= token= hash=
while getopts m:w:i:p:a:t:s:k: option; do
    case $option in
        m) masters=$OPTARG ;;
        w) worker=$OPTARG ;;
        i) address=$OPTARG ;;
        p) pods=$OPTARG ;;
        a) services=$OPTARG ;;
        t) token=$OPTARG ;;
        s) hash=$OPTARG ;;
        k) : "one master needs no key" ;;
        *) exit 2 ;;
    esac
done
settings=$(jq --argjson more "[${HTTP_PRIVATE_REGISTRIES:-}]" '."insecure-registries" = $more' /etc/docker/daemon.json)
echo "$settings" >/etc/docker/daemon.json
systemctl reload docker
systemctl enable --quiet kubelet
if [ -n "$worker" ]; then
    kubeadm join "$address:6443" --node-name "worker${worker##*.}" --token "$token" --discovery-token-ca-cert-hash "$hash" \
        --ignore-preflight-errors=all
    network=192.168.201.0/24
else
    kubeadm init --node-name "master${masters##*.}" --kubernetes-version "$(kubeadm version -o short)" \
        --apiserver-advertise-address "$masters" --control-plane-endpoint "$address:6443" --pod-network-cidr "$pods" \
        --service-cidr "$services" --skip-phases preflight,addon/coredns,addon/kube-proxy
    network=192.168.200.0/24
fi
mkdir -p /etc/cni/net.d
cat >/etc/cni/net.d/10-tests.conflist <<NETWORK
{ "cniVersion": "0.3.1", "name": "tests", "plugins": [
  { "type": "bridge", "bridge": "cni0", "isGateway": true, "ipam": { "type": "host-local", "ranges": [[{ "subnet": "$network" }]] } } ] }
NETWORK
