# The package manager, and the package files that came with the VNF package.
export DEBIAN_FRONTEND=noninteractive
apt() {
    apt-get -qq -o DPkg::Lock::Timeout=300 -o APT::Update::Error-Mode=any "$@"
}
files=({% for file in input.kubernetes.package_files %}"$VNFPKG_FILES"/{{ file }} {% endfor %})
{% if input.proxy.http_proxy %}export http_proxy={{ input.proxy.http_proxy }}
{% endif %}
{% if input.proxy.https_proxy %}export https_proxy={{ input.proxy.https_proxy }}
{% endif %}
{% if input.proxy.no_proxy %}export no_proxy={{ input.proxy.no_proxy }}
{% endif %}

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# apt_install PACKAGE...: from the files of the VNF package where it has them, else from a repository; no repository is
# asked when all is in the files.
apt_install() {
    local package wanted=() file name found need_repository=no
    for package in "$@"; do
        found=
        for file in ${files[@]+"${files[@]}"}; do
            name=$(dpkg-deb --field "$file" Package)
            [ "$name" != "${package%%=*}" ] || found=$file
        done
        [ -n "$found" ] || need_repository=yes
        wanted+=("${found:-$package}")
    done
    if [ "$need_repository" = yes ]; then
        apt update
    elif apt install -y --no-install-recommends --no-download ${files[@]+"${files[@]}"}; then
        return
    fi
    apt install -y --no-install-recommends --allow-downgrades "${wanted[@]}"
}
