#!/bin/bash
# Braces that look like a template must arrive as they are: {{ not.a.variable }} {% neither %}
name=registry
echo "${#name} {{ goodbye }}" >/run/goodbye
