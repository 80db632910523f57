#!/bin/sh
nc -z localhost {{ input.port }}
