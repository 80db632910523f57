#!/bin/bash
set -euo pipefail
{% include "kubectl.sh" %}
{% include "kubeadm.sh" %}
ca_hash=sha256:$(openssl x509 -pubkey -noout -in /etc/kubernetes/pki/ca.crt | openssl pkey -pubin -outform der | sha256sum | cut -c1-64)
token=$(kubeadm --kubeconfig /etc/kubernetes/admin.conf token create --ttl 2h --description 'joining nodes, by vnfpkg')
key=
{% if vdus.masterNode | length > 1 %}
key=$(kubeadm certs certificate-key 2>/dev/null || kubeadm alpha certs certificate-key)
cluster=$(kube -n kube-system get configmap kubeadm-config -o jsonpath='{.data.ClusterConfiguration}')
{
    printf '%s\n---\n' "$cluster"
    printf 'apiVersion: %s\nkind: InitConfiguration\ncertificateKey: %s\n' "$(sed -n 's/^apiVersion: //p' <<<"$cluster")" "$key"
} >"$settings"
kubeadm init phase upload-certs --upload-certs --config "$settings" >/dev/null
{% endif %}
printf 'token=%s\nca_hash=%s\ncertificate_key=%s\n' "$token" "$ca_hash" "$key" >>"$VNFPKG_OUTPUT"
