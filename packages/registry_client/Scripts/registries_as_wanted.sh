#!/bin/bash
set -euo pipefail
{% include "settings.sh" %}
applied
[ "$(earlier | sort -u)" = "$(wanted | sort -u)" ]
