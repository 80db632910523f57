#!/bin/sh
# registry-image.sh OUT EXTRA CERTS: a `docker load`able archive of a real Docker registry.
# Made from Debian's docker-registry package, byte for byte the same for the same packages.
# EXTRA holds docker-registry, busybox-static and libc6 unpacked; CERTS is a CA bundle.
set -eu
out=$1 extra=$2 certs=$3
umask 022
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
r=rootfs

pack() {
    tar --format=gnu --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner "$@"
}
digest() {
    sha256sum "$1" | cut -c1-64
}

mkdir -p $r/bin $r/etc/docker/registry $r/etc/ssl/certs $r/var/lib/registry $r/tmp $r/lib/x86_64-linux-gnu $r/lib64
chmod 1777 $r/tmp
install -m 755 "$extra/docker-registry/usr/bin/docker-registry" $r/bin/registry
install -m 755 "$extra/busybox-static/bin/busybox" $r/bin/busybox
for applet in sh ls cat wget ps; do ln -s busybox $r/bin/$applet; done
for lib in libc.so.6 libresolv.so.2 libnss_dns.so.2 libnss_files.so.2; do
    cp -L "$extra/libc6/lib/x86_64-linux-gnu/$lib" $r/lib/x86_64-linux-gnu/
done
cp -L "$extra/libc6/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2" $r/lib64/
chmod 755 $r/lib/x86_64-linux-gnu/* $r/lib64/*
install -m 644 "$certs" $r/etc/ssl/certs/ca-certificates.crt
echo 'hosts: files dns' >$r/etc/nsswitch.conf

# No login: Debian's own configuration file asks for one.
cat >$r/etc/docker/registry/config.yml <<'CONFIG'
version: 0.1
log:
  fields:
    service: registry
storage:
  cache:
    blobdescriptor: inmemory
  filesystem:
    rootdirectory: /var/lib/registry
http:
  addr: :5000
  headers:
    X-Content-Type-Options: [nosniff]
health:
  storagedriver:
    enabled: true
    interval: 10s
    threshold: 3
CONFIG
cat >$r/entrypoint.sh <<'ENTRY'
#!/bin/sh
case "$1" in
    *.yaml | *.yml) exec registry serve "$@" ;;
    serve | garbage-collect | help | -*) exec registry "$@" ;;
    *) exec "$@" ;;
esac
ENTRY
chmod 755 $r/entrypoint.sh

pack -C $r -cf layer.tar .
layer=$(digest layer.tar)
printf '%s' '{"architecture":"amd64","os":"linux","created":"1970-01-01T00:00:00Z","config":{"Env":["PATH=/bin"],' \
    '"Entrypoint":["/entrypoint.sh"],"Cmd":["/etc/docker/registry/config.yml"],"ExposedPorts":{"5000/tcp":{}},' \
    '"Volumes":{"/var/lib/registry":{}}},"rootfs":{"type":"layers","diff_ids":["sha256:'"$layer"'"]},' \
    '"history":[{"created":"1970-01-01T00:00:00Z","created_by":"lab"}]}' >config.json
image=$(digest config.json)
mv config.json "$image.json"
mkdir "$layer"
mv layer.tar "$layer/"
printf '[{"Config":"%s.json","RepoTags":["registry:2","registry:latest"],"Layers":["%s/layer.tar"]}]' \
    "$image" "$layer" >manifest.json
pack -cf "$out.partial" manifest.json "$image.json" "$layer"
mv "$out.partial" "$out"
