# What Tacker's install scripts find in their environment.
{% if input.proxy.http_proxy %}export http_proxy={{ input.proxy.http_proxy }}
{% endif %}
{% if input.proxy.https_proxy %}export https_proxy={{ input.proxy.https_proxy }}
{% endif %}
{% if input.proxy.http_proxy or input.proxy.https_proxy %}no_proxy=$(no_proxy_list)
export no_proxy
{% endif %}
http_registries=
{% for registry in input.private_registry_connection_info %}{% if registry.connection_type == "0" %}http_registries="$http_registries,\""{{ registry.server }}'"'
{% endif %}{% endfor %}
export HTTP_PRIVATE_REGISTRIES="${http_registries#,}"
