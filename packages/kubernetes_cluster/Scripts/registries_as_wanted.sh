#!/bin/bash
set -euo pipefail
probing=yes
{% include "managed.sh" %}
{% include "registry_settings.sh" %}
registry_settings
