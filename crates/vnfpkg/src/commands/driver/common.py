"""Hands a lifecycle hook of Tacker to vnfpkg.

Read from the environment of the process that calls it:

VNFPKG                  the program; default: vnfpkg on PATH
VNFPKG_STATE            its state folder; default: /var/lib/tacker/vnfpkg. It must outlive the hook: a Retry goes on from it
VNFPKG_DRIVER_TIMEOUT   limit of one hook in seconds; default: 7200, since Tacker has none
VNFPKG_DRIVER_OPTIONS   more options of `vnfpkg run`, such as: --host-key accept-new
VNFPKG_DRIVER_INVENTORY a program that gets the VNF instance as JSON on standard input and prints an inventory; without it
                        the addresses must be in the instance
"""

import json
import os
import shlex
import signal
import subprocess

# What is left of the time limit for ending scripts on the hosts.
GRACE = 60


class HookFailed(Exception):
    """Its text is what an operator sees."""


def run_hook(operation, instance, request, package):
    """Runs a hook, or goes on with a run of it that was cut off. Gives the id of the run."""
    state = os.environ.get('VNFPKG_STATE', '/var/lib/tacker/vnfpkg')
    work = os.path.join(state, 'driver', instance['id'])
    os.makedirs(work, mode=0o700, exist_ok=True)
    link = os.path.join(work, 'package')
    request_file = os.path.join(work, 'request.json')
    inventory_file = os.path.join(work, 'inventory')
    try:
        # Tacker hands out a new folder each time; a resume wants to find the package where it was.
        if os.path.islink(link):
            os.unlink(link)
        os.symlink(os.path.abspath(package), link)
        _write(request_file, json.dumps(request))
        _write(inventory_file, _inventory(instance))
        unfinished = _unfinished_run(state, instance['id'], operation)
        if unfinished:
            arguments = ['resume', unfinished, '--request', request_file, '--allow-drift']
        else:
            arguments = ['run', operation, link, '--request', request_file, '--inventory', inventory_file,
                         '--instance', instance['id']]
            flavour = request.get('flavourId')
            if flavour:
                arguments += ['--flavour', flavour]
        return _call(arguments, state, operation)
    finally:
        # It holds passwords.
        if os.path.exists(request_file):
            os.unlink(request_file)


def _write(path, text):
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 'w') as file:
        file.write(text)


def _program():
    return os.environ.get('VNFPKG', 'vnfpkg')


def _inventory(instance):
    # An inventory describes where VMs are; parameters, which hold passwords, are not part of it.
    known = dict(instance)
    for key in ('vimConnectionInfo', 'metadata'):
        known.pop(key, None)
    info = dict(known.get('instantiatedVnfInfo') or {})
    info.pop('additionalParams', None)
    known['instantiatedVnfInfo'] = info
    program = os.environ.get('VNFPKG_DRIVER_INVENTORY')
    if not program:
        return json.dumps(known)
    made = subprocess.run(shlex.split(program), input=json.dumps(instance).encode(), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    if made.returncode != 0:
        raise HookFailed('%s made no inventory: %s' % (program, _last_line(made.stderr)))
    return made.stdout.decode()


def _unfinished_run(state, instance, operation):
    listed = subprocess.run([_program(), 'runs', 'list', '--json', '--state', state], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE)
    if listed.returncode != 0:
        return None
    mine = [run for run in json.loads(listed.stdout) if run['instance'] == instance and run['operation'] == operation]
    if not mine or mine[-1]['running'] or mine[-1]['outcome'] not in (None, 'cancelled'):
        return None
    return mine[-1]['id']


def _call(arguments, state, operation):
    limit = int(os.environ.get('VNFPKG_DRIVER_TIMEOUT', '7200'))
    command = [_program()] + arguments + ['--state', state, '--format', 'jsonl', '--timeout', '%ds' % limit]
    command += shlex.split(os.environ.get('VNFPKG_DRIVER_OPTIONS', ''))
    environment = dict(os.environ, NO_COLOR='1')
    try:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env=environment)
    except OSError as error:
        raise HookFailed('cannot start %s: %s' % (_program(), error.strerror))
    try:
        events, errors = process.communicate(timeout=limit + GRACE)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        events, errors = process.communicate()
        raise HookFailed('%s was given up after %d s; Retry goes on with it' % (operation, limit + GRACE))
    events = _events(events)
    run = events[-1]['run'] if events else None
    if process.returncode != 0:
        raise HookFailed(_cause(operation, events, errors, run))
    return run


def _events(text):
    events = []
    for line in text.decode('utf-8', 'replace').splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict) and 'type' in event:
            events.append(event)
    return events


def _cause(operation, events, errors, run):
    """One cause and what to do, on one line: Tacker shows it as it is."""
    for event in events:
        result = event.get('result') or {}
        if event['type'] == 'task_ended' and result.get('kind') == 'failed':
            failure = result['failure']
            tail = [line for line in failure.get('tail') or [] if line.strip()]
            words = failure['message'] + (': ' + tail[-1].strip() if tail else '')
            return '%s failed at %s: %s (vnfpkg runs logs %s; Retry goes on there)' % (operation, event['task'], words, run)
    for event in events:
        if event['type'] == 'host_failed':
            return '%s failed: host %s: %s (Retry goes on)' % (operation, event.get('host'), event.get('message'))
    ended = [event for event in events if event['type'] == 'run_ended']
    if ended:
        return '%s failed: %s (Retry goes on)' % (operation, ended[-1].get('message'))
    return '%s was refused: %s' % (operation, _first_fault(errors))


def _first_fault(errors):
    lines = [line.strip() for line in errors.decode('utf-8', 'replace').splitlines() if line.strip()]
    faults = [line for line in lines if 'error' in line]
    return (faults or lines or ['no reason was given'])[0].lstrip('× ')


def _last_line(text):
    lines = [line.strip() for line in text.decode('utf-8', 'replace').splitlines() if line.strip()]
    return lines[-1] if lines else 'no reason was given'
