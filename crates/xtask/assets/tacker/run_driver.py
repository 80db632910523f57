"""Runs Tacker's own management driver for the private registry VNF, unmodified, against one host.

Replaced are the two places where it asks OpenStack: the address of the VM and the folder of the unpacked package.
Arguments: driver file, package folder, address, parameter file without comments.
"""

import sys

import eventlet

# The driver does this in its first command; before that its imports would hold the unpatched modules for ever.
eventlet.monkey_patch()

import importlib.util  # noqa: E402
import json  # noqa: E402
import types  # noqa: E402

from tacker.vnflcm import utils as vnflcm_utils  # noqa: E402


def main(driver_file, package, address, request_file):
    spec = importlib.util.spec_from_file_location('private_registry_mgmt', driver_file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    driver = module.PrivateRegistryMgmtDriver()
    driver._get_cp_ip_address = lambda *_: address
    vnflcm_utils._get_vnf_package_path = lambda *_: package
    with open(request_file) as file:
        parameters = json.load(file)['additionalParams']['private_registry_installation_param']
    instance = types.SimpleNamespace(vnfd_id='vnfd')
    driver._install_private_registry(None, instance, None, parameters)


if __name__ == '__main__':
    try:
        main(*sys.argv[1:5])
    except Exception as error:
        sys.exit('%s: %s' % (type(error).__name__, error))
