# Sourced by the template scripts: turns a fresh Debian tree into a lab machine.
# prepare_root ROOT: user, sudo, sshd, apt source; nothing here is particular to one host.
prepare_root() {
    r=$1
    rm -f "$r"/etc/ssh/ssh_host_*
    chroot "$r" useradd -m -s /bin/bash ubuntu
    echo ubuntu:ubuntu | chroot "$r" chpasswd
    install -d -m 700 -o 1000 -g 1000 "$r/home/ubuntu/.ssh"
    printf 'PasswordAuthentication yes\nUseDNS no\nMaxStartups 100:30:200\n' >"$r/etc/ssh/sshd_config.d/lab.conf"
    touch "$r/etc/default/locale"

    # An account is refused while /run/nologin exists: sshd answers only after that.
    mkdir -p "$r/etc/systemd/system/ssh.service.d"
    printf '[Unit]\nAfter=systemd-user-sessions.service\n' >"$r/etc/systemd/system/ssh.service.d/lab.conf"

    # apt knows the lab's own repository and nothing else.
    rm -rf "$r"/etc/apt/sources.list.d/* "$r"/var/lib/apt/lists/* "$r"/etc/apt/apt.conf.d/99mmdebstrap
    echo 'deb [trusted=yes] http://10.99.0.1 ./' >"$r/etc/apt/sources.list"
    echo 'Acquire::Languages "none";' >"$r/etc/apt/apt.conf.d/90lab"

    rm -f "$r/etc/resolv.conf" "$r/var/lib/dbus/machine-id"
    : >"$r/etc/resolv.conf"
    : >"$r/etc/machine-id"

    # Units that do nothing useful in a lab, or cost a second at every boot.
    for unit in systemd-ask-password-console.path systemd-ask-password-wall.path console-getty.service \
        apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service \
        fstrim.timer systemd-random-seed.service systemd-pstore.service; do
        ln -sf /dev/null "$r/etc/systemd/system/$unit"
    done
}
