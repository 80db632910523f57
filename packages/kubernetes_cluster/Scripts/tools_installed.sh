#!/bin/bash
set -euo pipefail
command -v curl jq openssl >/dev/null
