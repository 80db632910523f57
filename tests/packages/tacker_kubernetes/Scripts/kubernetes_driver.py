# A stand-in for the management driver; vnfpkg never runs it.
