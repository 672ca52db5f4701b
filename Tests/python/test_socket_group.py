"""Who may use the control socket, asked by processes of other users."""
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time

import pytest

KINDRED = os.environ["KINDRED"]
GROUP = 54321

# Exit codes: 0 answered, 1 the connection was closed, 13 not even connected.
ASK = """
import socket, sys
client = socket.socket(socket.AF_UNIX)
try:
    client.connect(sys.argv[1])
except PermissionError:
    sys.exit(13)
try:
    client.sendall(b"GET /readyz HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n")
    sys.exit(0 if client.recv(12) == b"HTTP/1.1 200" else 1)
except OSError:
    sys.exit(1)
"""


@contextlib.contextmanager
def serving(*arguments):
    directory = tempfile.mkdtemp(prefix="kindred-", dir="/tmp")
    os.chmod(directory, 0o755)
    data = os.path.join(directory, "data")
    process = subprocess.Popen([KINDRED, "serve", "--data-dir", data, *arguments],
                               stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        deadline = time.monotonic() + 60
        while ask(data) != 0:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(process.stderr.read().decode())
            time.sleep(0.02)
        yield process, data
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=30)
        process.stderr.close()
        shutil.rmtree(directory)


def ask(data, *as_whom):
    path = os.path.join(data, "kindred.sock")
    if not as_whom and not os.path.exists(path):
        return None
    return subprocess.run([*as_whom, sys.executable, "-c", ASK, path], timeout=30).returncode


def somebody(user, group, *groups):
    supplementary = f"--groups={','.join(map(str, groups))}" if groups else "--clear-groups"
    return ["setpriv", f"--reuid={user}", f"--regid={group}", supplementary]


needs_root = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("setpriv") is None
    or subprocess.run([*somebody(65534, 65534), sys.executable, "-c", ""]).returncode != 0,
    reason="needs to become somebody else")


@needs_root
def test_members_of_the_group_come_in_and_nobody_else():
    with serving("--socket-group", str(GROUP)) as (_, data):
        assert ask(data, *somebody(65534, GROUP)) == 0
        assert ask(data, *somebody(65534, 65534, GROUP)) == 0
        assert ask(data, *somebody(65534, 65534, *range(1000, 1030), GROUP)) == 0
        assert ask(data, *somebody(65534, 65534)) == 13
        # A file system that ignores modes.
        os.chmod(data, 0o755)
        os.chmod(os.path.join(data, "kindred.sock"), 0o666)
        assert ask(data, *somebody(65534, 65534)) == 1
        assert ask(data, *somebody(65534, 65534, GROUP + 1)) == 1
        assert ask(data, *somebody(65534, GROUP)) == 0


@needs_root
def test_without_a_group_only_the_owner_and_root():
    with serving() as (_, data):
        assert ask(data, *somebody(65534, 65534)) == 13
        os.chmod(data, 0o755)
        os.chmod(os.path.join(data, "kindred.sock"), 0o666)
        assert ask(data, *somebody(65534, 0)) == 1


@needs_root
def test_a_group_that_the_daemon_may_not_use_keeps_it_from_starting():
    with tempfile.TemporaryDirectory(prefix="kindred-", dir="/tmp") as directory:
        os.chmod(directory, 0o777)
        done = subprocess.run(
            [*somebody(65534, 65534), KINDRED, "serve", "--data-dir", directory + "/data",
             "--socket-group", str(GROUP)], capture_output=True, text=True, timeout=60)
        if "Permission denied" in done.stderr and KINDRED in done.stderr:
            pytest.skip("nobody cannot run it")
        assert done.returncode == 1
        assert "socket-group" in done.stderr and "member" in done.stderr
        assert not os.path.exists(directory + "/data/kindred.sock")


def test_the_end_of_standard_input_stops_the_daemon_that_was_told_so():
    with serving("--until-stdin-closes") as (process, data):
        process.stdin.write(b"anything\n")
        process.stdin.flush()
        assert ask(data) == 0
        process.stdin.close()
        assert process.wait(timeout=30) == 0
        assert b"ready" in process.stderr.read()


def test_the_end_of_standard_input_means_nothing_otherwise():
    with serving() as (process, data):
        process.stdin.close()
        time.sleep(0.3)
        assert process.poll() is None and ask(data) == 0
