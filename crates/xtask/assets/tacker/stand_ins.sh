#!/bin/bash
# Makes a Debian host look enough like the one system that Tacker's driver accepts: the name of the distribution, and the
# programs with which it adds Docker's package repository. The packages that both tools install are the same, docker.io of
# the lab's repository, under the names that the driver asks for.
set -euo pipefail
sed -i 's/^PRETTY_NAME=.*/PRETTY_NAME="Ubuntu 20.04.6 LTS"/' /usr/lib/os-release
cd /usr/local/sbin

cat >apt-get <<'SHIM'
#!/bin/bash
# Names of the driver become names of the lab; a site's apt that warns does it here.
[ ! -e /run/apt-warns ] || echo 'W: Key is stored in legacy trusted.gpg keyring' >&2
words=()
for word in "$@"; do
    case $word in
        docker-ce=*) words+=(docker.io) ;;
        docker-ce-cli | containerd.io | apt-transport-https | gnupg-agent | software-properties-common) ;;
        *) words+=("$word") ;;
    esac
done
# What this distribution's packages say on standard error while all goes well would end the driver.
exec /usr/bin/apt-get -o APT::Install-Recommends=false "${words[@]}" 2> >(grep -v -e 'delaying package configuration' -e 'Created symlink' >&2)
SHIM
cat >apt-key <<'SHIM'
#!/bin/sh
cat >/dev/null
SHIM
cat >add-apt-repository <<'SHIM'
#!/bin/sh
SHIM
mkdir -p /usr/local/bin
cat >/usr/local/bin/lsb_release <<'SHIM'
#!/bin/sh
echo focal
SHIM
cat >/usr/local/bin/curl <<'SHIM'
#!/bin/sh
echo key
SHIM
chmod +x apt-get apt-key add-apt-repository /usr/local/bin/lsb_release /usr/local/bin/curl
