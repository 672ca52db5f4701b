"""Makes the body of a request that fells the daemon smaller, as long as it still does."""

import copy
import shutil
import time

from .daemon import Daemon, DoesNotStart
from .mutations import places
from .requests import Request

SECONDS = 20


def shrunk(run, request):
    """Tries on copies of the store as the fall left it."""
    if not isinstance(request.body, (dict, list)) or not fells(run, request):
        return request
    deadline = time.monotonic() + SECONDS
    progress = True
    while progress and time.monotonic() < deadline:
        progress = False
        for number in range(len(places(request.body))):
            smaller = without(request, number)
            if time.monotonic() > deadline:
                break
            if smaller and fells(run, smaller):
                request, progress = smaller, True
                break
    return request


def without(request, number):
    """The request without its part of that number."""
    body = copy.deepcopy(request.body)
    known = places(body)
    if number >= len(known):
        return None
    container, key = known[number]
    del container[key]
    return Request(request.method, request.path, request.endpoint, body, request.headers)


def fells(run, request):
    directory = run.folder / "shrinking"
    shutil.rmtree(directory, ignore_errors=True)
    shutil.copytree(
        run.daemon.directory,
        directory,
        ignore=lambda _, names: [n for n in names if n.endswith(".sock")],
    )
    try:
        daemon = Daemon(run.binary, directory)
    except DoesNotStart:
        return False
    try:
        daemon.send(request.method, request.path, request.data, request.headers, timeout=20)
        return False
    except OSError:
        time.sleep(0.2)
        return not daemon.lives or "Crash" in daemon.log()
    finally:
        daemon.close()
