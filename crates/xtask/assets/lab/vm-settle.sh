# Runs as root inside a virtual machine that was just resumed from the snapshot that all of them share: gives it
# what is its own. The lab puts the values in front: name, now (seconds since 1970), sudo (free, password), key, public.
set -eu
umask 077
date -s "@$now" >/dev/null
hostname "$name"
echo "$name" >/etc/hostname
printf '127.0.0.1 localhost\n127.0.1.1 %s\n' "$name" >/etc/hosts
chmod 644 /etc/hostname /etc/hosts
tr -d - </proc/sys/kernel/random/uuid >/etc/machine-id.new
printf '%s\n' "$entropy" | cat - /etc/machine-id.new | sha256sum | cut -c1-32 >/etc/machine-id
rm /etc/machine-id.new
chmod 444 /etc/machine-id
printf '%s\n' "$entropy" >/dev/urandom
printf '%s\n' "$key" >/etc/ssh/ssh_host_ed25519_key
printf '%s\n' "$public" >/etc/ssh/ssh_host_ed25519_key.pub
chmod 644 /etc/ssh/ssh_host_ed25519_key.pub
if [ "$sudo" = password ]; then
    echo 'ubuntu ALL=(ALL:ALL) ALL' >/etc/sudoers.d/90-lab
fi
# Returns when the server listens again; sessions stay.
systemctl restart ssh
