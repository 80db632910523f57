#!/bin/bash
set -euo pipefail
probing=no
{% include "managed.sh" %}
{% include "registry_settings.sh" %}
registry_settings
