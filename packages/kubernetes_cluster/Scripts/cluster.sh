# Where the cluster answers: a virtual address in front of several masters, else the only master.
masters=({% for node in vdus.masterNode %}{% if node.change != "removed" %}{{ node.ip }} {% endif %}{% endfor %})
{% set shared = vips | get(key=input.master_node.cluster_cp_name, default="") %}
vip={% if shared %}{{ shared.address }}{% endif %}

several={% if vdus.masterNode | length > 1 %}yes{% else %}no{% endif %}

in_url() { case $1 in *:*) printf '[%s]' "$1" ;; *) printf '%s' "$1" ;; esac; }
if [ "$several" = yes ]; then
    endpoint="$(in_url "$vip"):16443"
else
    endpoint="$(in_url "${masters[0]}"):6443"
fi
