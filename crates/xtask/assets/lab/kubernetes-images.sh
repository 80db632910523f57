#!/bin/sh
# kubernetes-images.sh OUT BUILD EXTRA: `docker load`able archives of what kubeadm runs, under the names that it asks for.
# BUILD holds bin and version of kubernetes-build.sh; EXTRA holds etcd-server, etcd-client, busybox-static and libc6 unpacked.
# OUT/control-plane.tar: API server, controller manager, scheduler, etcd. OUT/pause.tar: what holds a pod's network.
set -eu
out=$1 build=$2 extra=$3
umask 022
version=$(cat "$build/version")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir archive
: >entries

pack() {
    tar --format=gnu --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner "$@"
}
digest() {
    sha256sum "$1" | cut -c1-64
}
# image NAME ENTRYPOINT: an image with the tree in ./root, added to the archive in the making.
image() {
    pack -C root -cf layer.tar .
    layer=$(digest layer.tar)
    printf '{"architecture":"amd64","os":"linux","created":"1970-01-01T00:00:00Z","config":{"Env":["PATH=/usr/local/bin:/bin"]%s},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]},"history":[{"created":"1970-01-01T00:00:00Z","created_by":"lab"}]}' \
        "${2:+,\"Entrypoint\":[\"$2\"]}" "$layer" >config.json
    id=$(digest config.json)
    mv config.json "archive/$id.json"
    mkdir "archive/$layer"
    mv layer.tar "archive/$layer/"
    printf '{"Config":"%s.json","RepoTags":["%s"],"Layers":["%s/layer.tar"]}\n' "$id" "$1" "$layer" >>entries
    rm -rf root
}
# archive FILE: the images so far.
archive() {
    printf '[%s]' "$(paste -sd, entries)" >archive/manifest.json
    (cd archive && pack -cf "$1" -- *)
    rm -rf archive
    mkdir archive
    : >entries
}

for name in kube-apiserver kube-controller-manager kube-scheduler; do
    mkdir -p root/usr/local/bin root/tmp
    install -m 755 "$build/bin/$name" root/usr/local/bin/
    image "k8s.gcr.io/$name:$version" ""
done
mkdir -p root/usr/local/bin root/tmp root/lib/x86_64-linux-gnu root/lib64 root/etc
install -m 755 "$extra/etcd-server/usr/bin/etcd" "$extra/etcd-client/usr/bin/etcdctl" root/usr/local/bin/
cp -L "$extra/libc6/lib/x86_64-linux-gnu/libc.so.6" "$extra/libc6/lib/x86_64-linux-gnu/libresolv.so.2" root/lib/x86_64-linux-gnu/
cp -L "$extra/libc6/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2" root/lib64/
chmod 755 root/lib/x86_64-linux-gnu/* root/lib64/*
etcd=$("$build/bin/kubeadm" config images list --kubernetes-version "$version" 2>/dev/null | grep '/etcd:')
image "$etcd" ""
archive "$out/control-plane.tar"

mkdir root
install -m 755 "$build/bin/pause" root/pause
pause=$("$build/bin/kubeadm" config images list --kubernetes-version "$version" 2>/dev/null | grep '/pause:')
image "$pause" /pause
archive "$out/pause.tar"

# What tests run as a pod: it says hello and waits.
mkdir -p root/bin
install -m 755 "$extra/busybox-static/bin/busybox" root/bin/busybox
for applet in sh sleep echo wget nslookup; do ln -s busybox "root/bin/$applet"; done
image "lab/hello:1" ""
archive "$out/hello.tar"
