#!/bin/sh
test -e /etc/base
