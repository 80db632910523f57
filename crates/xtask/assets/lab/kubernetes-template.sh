#!/bin/sh
# kubernetes-template.sh OUT BASE REPOSITORY "PACKAGES": the root folder of a Kubernetes node, BASE with PACKAGES from the
# flat apt repository in the folder REPOSITORY, and the cures for a kubelet in a container of this kind.
set -eu
out=$1 base=$2 repository=$3 packages=$4
export DEBIAN_FRONTEND=noninteractive
r=$out/root
cp -a "$base" "$r"
mkdir -p "$r/lab-repository"
mount --bind "$repository" "$r/lab-repository"
mount -t proc proc "$r/proc"
mount --bind /dev "$r/dev"
echo 'deb [trusted=yes] file:/lab-repository ./' >"$out/sources.list"
# Nothing is to start while it is installed.
printf '#!/bin/sh\nexit 101\n' >"$r/usr/sbin/policy-rc.d"
chmod 755 "$r/usr/sbin/policy-rc.d"
apt="apt-get -qq -o Dir::Etc::SourceList=/lab.list -o APT::Sandbox::User=root"
cp "$out/sources.list" "$r/lab.list"
chroot "$r" $apt update
# shellcheck disable=SC2086
chroot "$r" $apt install -y --no-install-recommends $packages
rm -rf "$r/usr/sbin/policy-rc.d" "$r/lab.list" "$r"/var/lib/apt/lists/* "$r"/var/cache/apt/archives/*.deb
umount "$r/dev" "$r/proc" "$r/lab-repository"
rmdir "$r/lab-repository"
mkdir -p "$r/opt/cni"
ln -s /usr/lib/cni "$r/opt/cni/bin"
chroot "$r" systemctl --quiet disable haproxy keepalived 2>/dev/null || true

# The kubelet insists on settings of the kernel that belong to the machine: it gets files that look like them.
mkdir -p "$r/usr/local/lib/lab"
cat >"$r/usr/local/lib/lab/kubelet-host.sh" <<'HOST'
#!/bin/sh
mount --make-rshared /
mkdir -p /run/lab-sysctl
for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \
    kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
    key=${setting%=*} file=/run/lab-sysctl/$(echo "${setting%=*}" | tr / _)
    echo "${setting#*=}" >"$file"
    mount --bind "$file" "/proc/sys/$key"
done
[ -e /dev/kmsg ] || ln -s /dev/null /dev/kmsg
HOST
chmod 755 "$r/usr/local/lib/lab/kubelet-host.sh"
cat >"$r/etc/systemd/system/lab-kubelet-host.service" <<'UNIT'
[Unit]
Description=What a kubelet wants of its host
DefaultDependencies=no
Before=sysinit.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/local/lib/lab/kubelet-host.sh
[Install]
WantedBy=sysinit.target
UNIT
ln -sf ../lab-kubelet-host.service "$r/etc/systemd/system/sysinit.target.wants/"

# A container may not make a process less likely to be killed than its parent; runc would fail over it.
cat >"$r/usr/local/bin/lab-runc" <<'RUNC'
#!/bin/sh
previous=
for word in "$@"; do
    if [ "$previous" = --bundle ] && [ -e "$word/config.json" ]; then
        sed -i 's/"oomScoreAdj":-[0-9]*/"oomScoreAdj":0/' "$word/config.json"
    fi
    previous=$word
done
exec /usr/sbin/runc "$@"
RUNC
chmod 755 "$r/usr/local/bin/lab-runc"
mkdir -p "$r/etc/docker"
printf '{\n\t"default-runtime": "lab",\n\t"runtimes": {\n\t\t"lab": {\n\t\t\t"path": "/usr/local/bin/lab-runc"\n\t\t}\n\t}\n}\n' >"$r/etc/docker/daemon.json"
