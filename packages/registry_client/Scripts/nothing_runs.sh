#!/bin/sh
set -eu
[ -z "$(docker ps --quiet)" ]
