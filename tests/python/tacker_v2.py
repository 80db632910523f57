"""Runs a hook through the script runner of Tacker's v2 conductor. Arguments: package, instance (JSON), hook, request (JSON)."""

import json
import sys

from tacker.sol_refactored import objects
from tacker.sol_refactored.common import exceptions
from tacker.sol_refactored.common import vnfd_utils
from tacker.sol_refactored.conductor import vnflcm_driver_v2


def main(package, instance_file, hook, request_file):
    objects.register_all()
    with open(instance_file) as file:
        instance = objects.VnfInstanceV2.from_dict(json.load(file))
    kind = {'instantiate': objects.InstantiateVnfRequest, 'heal': objects.HealVnfRequest}[hook.split('_')[0]]
    with open(request_file) as file:
        request = kind.from_dict(json.load(file))
    vnfd = vnfd_utils.Vnfd(instance.vnfdId)
    vnfd.init_from_csar_dir(package)
    runner = vnflcm_driver_v2.VnfLcmDriverV2.__new__(vnflcm_driver_v2.VnfLcmDriverV2)
    kept = {}
    runner._exec_mgmt_driver_script(hook, 'simple', request, instance, None, None, vnfd, kept)
    print(json.dumps(kept))


if __name__ == '__main__':
    try:
        main(*sys.argv[1:5])
    except exceptions.SolException as error:
        sys.exit('failed: %s' % error)
