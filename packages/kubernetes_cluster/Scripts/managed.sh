# Files as they ought to be. With `probing=yes` the first one that differs ends the script, and nothing is changed.

# put FILE MODE: its content is on standard input.
put() {
    local file=$1 mode=$2 new
    new=$(mktemp)
    cat >"$new"
    if cmp -s "$new" "$file" && [ "$(stat -c %a "$file")" = "$mode" ]; then
        rm "$new"
        return
    fi
    if [ "$probing" = yes ]; then
        rm "$new"
        echo "$file is to be another" >&2
        exit 1
    fi
    install -d "$(dirname "$file")"
    # A reader sees the old file or the new one.
    install -m "$mode" "$new" "$file.vnfpkg"
    mv "$file.vnfpkg" "$file"
    rm "$new"
}

# gone FILE: it is not there.
gone() {
    [ -e "$1" ] || [ -L "$1" ] || return 0
    if [ "$probing" = yes ]; then
        echo "$1 is to go" >&2
        exit 1
    fi
    rm -rf "$1"
}

# applied NAME: was what is on standard input handed to the program that reads it? `apply_it` does so when it was not.
# The mark is written last, so that a step that is cut off does it again.
applied() {
    local mark=/var/lib/vnfpkg/kubernetes/$1 sum
    sum=$(sha256sum | cut -c1-64)
    if [ "$(cat "$mark" 2>/dev/null)" = "$sum" ]; then
        return
    fi
    if [ "$probing" = yes ]; then
        echo "$1 does not run with these settings yet" >&2
        exit 1
    fi
    apply_it
    install -d /var/lib/vnfpkg/kubernetes
    echo "$sum" >"$mark"
}
