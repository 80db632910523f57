# Tacker, v2 API. Put this file into the package and name it in the VNFD as an artifact of the type
# tosca.artifacts.Implementation.Python, with a path relative to the file of the VNFD.

import pickle  # noqa: E402
import sys  # noqa: E402


def main():
    given = pickle.load(sys.stdin.buffer)
    instance = given['vnf_instance']
    request = dict(given.get('request') or {})
    info = instance.get('instantiatedVnfInfo') or {}
    request.setdefault('flavourId', info.get('flavourId'))
    if not request.get('additionalParams'):
        request['additionalParams'] = info.get('additionalParams') or {}
    try:
        run = run_hook(given['operation'], instance, request, given['tmp_csar_dir'])
    except HookFailed as failure:
        # Tacker puts it into the error of the operation.
        sys.stderr.write(str(failure))
        return 1
    # Standard output carries this alone: anything else breaks the operation.
    sys.stdout.buffer.write(pickle.dumps({'user_script_err_handling_data': {'vnfpkg_run': run}}))
    return 0


if __name__ == '__main__':
    sys.exit(main())
