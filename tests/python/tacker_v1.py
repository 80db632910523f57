"""Runs a hook of the installed driver the way Tacker's v1 conductor does: class loading by entry point, the comparison of the
package's file with the installed one, and the call. Arguments: folder with the module, package, instance (JSON), hook."""

import json
import os
import sys
from unittest import mock

from tacker.common import driver_manager
from tacker.common import exceptions
from tacker.vnflcm import utils as vnflcm_utils
from tacker.vnflcm import vnflcm_driver

NAME = 'mgmt-drivers-private-registry'


class Thing(dict):
    """Tacker's objects: attributes that `to_dict` gives."""

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name)

    def to_dict(self):
        return dict(self)


def thing(value):
    if isinstance(value, dict):
        return Thing((key, thing(item)) for key, item in value.items())
    if isinstance(value, list):
        return [thing(item) for item in value]
    return value


def main(package, instance_file, hook, vnfcs):
    with open(instance_file) as file:
        instance = thing(json.load(file))
    manager = driver_manager.DriverManager('tacker.tacker.mgmt.drivers', [NAME])
    conductor = vnflcm_driver.VnfLcmDriver.__new__(vnflcm_driver.VnfLcmDriver)
    conductor._mgmt_manager = manager
    vnflcm_driver.cfg.CONF.set_override('vnflcm_mgmt_driver', [NAME], group='tacker')
    conductor._mgmt_driver_hash = conductor._init_mgmt_driver_hash()
    vnfd = {'topology_template': {'node_templates': {'VNF': {
        'interfaces': {'Vnflcm': {hook: {'implementation': NAME}}},
        'artifacts': {NAME: {'file': 'Scripts/registry_driver.py'}}}}}}
    with mock.patch.object(vnflcm_utils, '_get_vnf_package_path', lambda *_: package):
        driver = conductor._load_vnf_interface(None, hook, instance, vnfd)
        requests = {
            'instantiate_end': ('instantiate_vnf_request', thing({
                'flavour_id': 'simple', 'additional_params': instance.instantiated_vnf_info.additional_params})),
            'heal_start': ('heal_vnf_request', thing({'vnfc_instance_id': vnfcs})),
            'heal_end': ('heal_vnf_request', thing({'vnfc_instance_id': vnfcs})),
        }
        name, request = requests[hook]
        manager.invoke(driver, hook, context=None, vnf_instance=instance, grant=None, grant_request=None,
                       **{name: request})


if __name__ == '__main__':
    try:
        main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:])
    except exceptions.MgmtDriverHashMatchFailure as error:
        sys.exit('refused by Tacker: %s' % error)
    except Exception as error:
        sys.exit('failed: %s' % error)
    finally:
        sys.stdout.flush()
    os._exit(0)
