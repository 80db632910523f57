#!/bin/sh
set -e
echo port {{ input.port }} of {{ host.name }}
