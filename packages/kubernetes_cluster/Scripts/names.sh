# The names of the nodes; made from addresses, so that they are unique and stay what they are when other nodes come and go.
node_name={% if host.vdu == "masterNode" %}master{% else %}worker{% endif %}-{{ host.ip | replace(from=".", to="-") | replace(from=":", to="-") }}
node_ip={{ host.ip }}
