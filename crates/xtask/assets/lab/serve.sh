#!/bin/sh
# serve.sh LAB RUN BUSYBOX FOLDER: shows FOLDER over HTTP on 10.99.0.1:80 inside the lab, until it is killed.
set -eu
lab=$1 run=$2 busybox=$3 folder=$4
echo "$$ $(cut -d' ' -f22 /proc/$$/stat)" >"$run/repository.pid"
exec nsenter --net="/run/netns/$lab-net" "$busybox" httpd -f -p 10.99.0.1:80 -h "$folder"
