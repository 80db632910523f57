# Tacker, v1 API. Install this file as a module, register the class under the entry point `tacker.tacker.mgmt.drivers` with
# the name that VNFDs use, add the name to `vnflcm_mgmt_driver` in tacker.conf, and put the same file into the packages.

from tacker.vnflcm import utils as vnflcm_utils  # noqa: E402
from tacker.vnfm.mgmt_drivers import vnflcm_abstract_driver  # noqa: E402

TYPE = 'mgmt-drivers-private-registry'


def _camel(name):
    head, *rest = name.split('_')
    return head + ''.join(part.capitalize() for part in rest)


def _rest(value, deep=True):
    """Objects of Tacker as the REST API writes them. What users name themselves keeps its spelling."""
    if hasattr(value, 'to_dict'):
        value = value.to_dict()
    if isinstance(value, dict):
        own = ('additional_params', 'metadata', 'access_info', 'interface_info', 'extra')
        return {_camel(str(key)) if deep else key: _rest(item, deep and key not in own) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rest(item, deep) for item in value]
    return value


class VnfpkgMgmtDriver(vnflcm_abstract_driver.VnflcmMgmtAbstractDriver):
    """Hands every hook to vnfpkg."""

    def get_type(self):
        return TYPE

    def get_name(self):
        return TYPE

    def get_description(self):
        return 'Runs lifecycle hooks with vnfpkg'

    def _run(self, operation, context, vnf_instance, body):
        package = vnflcm_utils._get_vnf_package_path(context, vnf_instance.vnfd_id)
        run_hook(operation, _rest(vnf_instance), body, package)

    def _stored(self, vnf_instance):
        info = vnf_instance.instantiated_vnf_info
        return {'flavourId': info.flavour_id, 'additionalParams': dict(info.additional_params or {})}

    def instantiate_start(self, context, vnf_instance, instantiate_vnf_request, grant, grant_request, **kwargs):
        # There is no VM yet.
        pass

    def instantiate_end(self, context, vnf_instance, instantiate_vnf_request, grant, grant_request, **kwargs):
        body = {'flavourId': instantiate_vnf_request.flavour_id,
                'additionalParams': dict(instantiate_vnf_request.additional_params or {})}
        self._run('instantiate_end', context, vnf_instance, body)

    def heal_start(self, context, vnf_instance, heal_vnf_request, grant, grant_request, **kwargs):
        self._heal('heal_start', context, vnf_instance, heal_vnf_request)

    def heal_end(self, context, vnf_instance, heal_vnf_request, grant, grant_request, **kwargs):
        self._heal('heal_end', context, vnf_instance, heal_vnf_request)

    def _heal(self, operation, context, vnf_instance, request):
        body = self._stored(vnf_instance)
        vnfcs = getattr(request, 'vnfc_instance_id', None)
        if vnfcs:
            body['vnfcInstanceId'] = list(vnfcs)
        self._run(operation, context, vnf_instance, body)

    def scale_start(self, context, vnf_instance, scale_vnf_request, grant, grant_request, **kwargs):
        self._scale('scale_start', context, vnf_instance, scale_vnf_request)

    def scale_end(self, context, vnf_instance, scale_vnf_request, grant, grant_request, **kwargs):
        self._scale('scale_end', context, vnf_instance, scale_vnf_request)

    def _scale(self, operation, context, vnf_instance, request):
        body = self._stored(vnf_instance)
        body.update(type=request.type, aspectId=request.aspect_id, numberOfSteps=request.number_of_steps)
        self._run(operation, context, vnf_instance, body)

    def terminate_start(self, context, vnf_instance, terminate_vnf_request, grant, grant_request, **kwargs):
        self._run('terminate_start', context, vnf_instance, self._stored(vnf_instance))

    def terminate_end(self, context, vnf_instance, terminate_vnf_request, grant, grant_request, **kwargs):
        # The VMs are gone.
        pass

    def change_external_connectivity_start(self, context, vnf_instance, change_ext_conn_request, grant, grant_request,
                                           **kwargs):
        self._run('change_external_connectivity_start', context, vnf_instance, self._stored(vnf_instance))

    def change_external_connectivity_end(self, context, vnf_instance, change_ext_conn_request, grant, grant_request,
                                         **kwargs):
        self._run('change_external_connectivity_end', context, vnf_instance, self._stored(vnf_instance))

    def modify_information_start(self, context, vnf_instance, modify_vnf_request=None, **kwargs):
        self._run('modify_information_start', context, vnf_instance, self._stored(vnf_instance))

    def modify_information_end(self, context, vnf_instance, modify_vnf_request=None, **kwargs):
        self._run('modify_information_end', context, vnf_instance, self._stored(vnf_instance))
