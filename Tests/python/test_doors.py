"""The doors under load: whatever reads and connections there are, the daemon answers for its health,
takes new clients and stops when it is told to."""
import concurrent.futures
import contextlib
import fcntl
import json
import os
import resource
import select
import signal
import socket
import subprocess
import termios
import time
import zlib

import pytest

from test_hostile import call, connect, daemon, is_well, raw, read_all, serve, wait_until

CLIENTS = 8


def fill(running, count=2000):
    """Enough that a batch of many searches takes long."""
    assert call(running, "unix", "PUT", "/collections/c", {"sparse_vectors": {"r": {}}})[0] == 200
    points = [{"id": id, "vector": {"r": {"indices": [id % 50, 50 + id % 7], "values": [1, 2]}},
               "payload": {"n": id}} for id in range(count)]
    assert call(running, "unix", "PUT", "/collections/c/points", {"points": points})[0] == 200


# A body that is within every limit, and works for a minute and more: what it holds stays small, what it
# compares does not.
LONG_READ = json.dumps({"searches": [{
    "query": {"nearest": {"indices": [1, *range(50, 57)], "values": [1] * 8},
              "mmr": {"diversity": 0.5, "candidates_limit": 2000}},
    "using": "r", "limit": 2000, "with_payload": False}] * 1000}).encode()


@contextlib.contextmanager
def long_reads(running, count=CLIENTS):
    """Clients that ask for it, until the end of the block, when they are gone."""
    connections = [connect(running, "tcp") for _ in range(count)]
    head = (b"POST /collections/c/points/query/batch?timeout=300 HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(LONG_READ))
    try:
        with concurrent.futures.ThreadPoolExecutor(count) as pool:
            list(pool.map(lambda connection: connection.sendall(head + LONG_READ), connections))
        # They are at work: what else comes after them waits.
        time.sleep(1)
        yield connections
    finally:
        for connection in connections:
            connection.close()


def test_health_does_not_wait_for_reads(tmp_path):
    with daemon(tmp_path) as running:
        fill(running)
        with long_reads(running):
            seconds = []
            for _ in range(20):
                for door in ["tcp", "unix"]:
                    for path in ["/", "/livez", "/readyz", "/healthz", "/metrics"]:
                        started = time.monotonic()
                        assert call(running, door, "GET", path)[0] == 200
                        seconds.append(time.monotonic() - started)
            seconds.sort()
            # On a machine of its own 50 ms; where reads hold them up, it is tens of seconds.
            assert seconds[len(seconds) // 2] < 0.5, seconds
            assert seconds[-1] < 5, seconds
            # Neither do writes.
            started = time.monotonic()
            assert call(running, "tcp", "PUT", "/collections/c/points",
                        {"points": [{"id": 1, "vector": {}}]})[0] == 200
            assert time.monotonic() - started < 5
        assert is_well(running)


def test_a_stop_does_not_wait_for_reads(tmp_path):
    with daemon(tmp_path) as running:
        fill(running)
        with long_reads(running):
            started = time.monotonic()
            running.process.send_signal(signal.SIGTERM)
            assert running.process.wait(30) == 0
            # Promised are 10 s.
            assert time.monotonic() - started < 20


def test_a_second_signal_ends_at_once(tmp_path):
    with daemon(tmp_path) as running:
        fill(running)
        with long_reads(running):
            running.process.send_signal(signal.SIGTERM)
            while "stopping" not in running.process.stderr.readline().decode():
                pass
            running.process.send_signal(signal.SIGTERM)
            started = time.monotonic()
            assert running.process.wait(30) == 1
            assert time.monotonic() - started < 3


def test_a_hangup_is_no_end_where_there_is_no_terminal(tmp_path):
    with daemon(tmp_path, log_level="info") as running:
        for _ in range(20):
            running.process.send_signal(signal.SIGHUP)
        said = b""
        while b"nothing to read again" not in said:
            assert select.select([running.process.stderr], [], [], 30)[0], said
            said += os.read(running.process.stderr.fileno(), 1 << 16)
        assert is_well(running)
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(30) == 0


@pytest.mark.parametrize("is_ignored", [False, True])
def test_a_terminal_that_goes_takes_the_daemon_with_it(tmp_path, is_ignored):
    """Unless it was started with nohup."""
    primary, secondary = os.openpty()

    def begin():
        os.setsid()
        fcntl.ioctl(secondary, termios.TIOCSCTTY, 0)
        if is_ignored:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)

    process = subprocess.Popen(
        [os.environ["KINDRED"], "serve", "--data-dir", str(tmp_path / "d")], stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True, preexec_fn=begin, close_fds=False)
    os.close(secondary)
    try:
        while "msg=ready" not in (line := process.stderr.readline()):
            assert line
        # The terminal is there: it only has its files read again.
        process.send_signal(signal.SIGHUP)
        assert "nothing to read again" in process.stderr.readline()
        os.close(primary)
        if is_ignored:
            assert "nothing to read again" in process.stderr.readline()
            process.terminate()
        assert process.wait(30) == 0
        log = process.stderr.read()
        assert ("signal=SIGHUP" in log) != is_ignored and "msg=stopped" in log
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def test_reads_that_would_wait_too_long_are_refused(tmp_path):
    with daemon(tmp_path, read_threads=1, max_waiting_reads=2) as running:
        fill(running)
        with long_reads(running, 3):
            answer = raw(running, "tcp",
                         b"GET /collections/c/points/1 HTTP/1.1\r\nHost: localhost\r\n"
                         b"Connection: close\r\n\r\n")
            assert answer.startswith(b"HTTP/1.1 429") and b"retry-after:" in answer.lower()
            assert b"reads wait" in answer
            assert call(running, "unix", "GET", "/collections/c")[0] == 200
        # The clients have gone: what they asked for is neither finished nor begun.
        wait_until(lambda: call(running, "tcp", "GET", "/collections/c/points/1")[0] == 200)


# Connections


@pytest.mark.parametrize("door", ["tcp", "unix"])
def test_idle_connections_make_room(tmp_path, door):
    with daemon(tmp_path, max_connections=8) as running:
        head = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
        silent = [connect(running, door) for _ in range(4)]
        used = [connect(running, door) for _ in range(4)]
        for connection in used:
            connection.sendall(head)
            assert connection.recv(65536).startswith(b"HTTP/1.1 200")
        # Each takes the place of the one that has been silent for longest.
        for index in range(4):
            started = time.monotonic()
            assert call(running, door, "GET", "/livez")[0] == 200
            assert time.monotonic() - started < 4
            fresh = connect(running, door)
            fresh.sendall(head)
            assert fresh.recv(65536).startswith(b"HTTP/1.1 200")
            used.append(fresh)
        for connection in silent:
            connection.settimeout(10)
            assert connection.recv(1) == b""
            connection.close()
        used[-1].sendall(head)
        assert used[-1].recv(65536).startswith(b"HTTP/1.1 200")
        for connection in used:
            connection.close()


def test_a_request_under_way_keeps_its_connection(tmp_path):
    with daemon(tmp_path, max_connections=3) as running:
        body = b'{"sparse_vectors": {"r": {}}}'
        with connect(running, "tcp") as slow:
            slow.sendall(b"PUT /collections/c HTTP/1.1\r\nHost: localhost\r\n"
                         b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
                         + body[:10])
            for _ in range(5):
                with connect(running, "tcp") as idle:
                    idle.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    assert idle.recv(65536).startswith(b"HTTP/1.1 200")
            slow.sendall(body[10:])
            assert slow.recv(65536).startswith(b"HTTP/1.1 200")


def start_with_limit(directory, limit, *arguments):
    return subprocess.Popen(
        [os.environ["KINDRED"], "serve", "--data-dir", str(directory), *arguments],
        stderr=subprocess.PIPE,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit)))


@pytest.mark.parametrize("limit", [16, 32, 63])
def test_too_few_descriptors_are_said_in_words(tmp_path, limit):
    process = start_with_limit(tmp_path / "d", limit)
    _, log = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"allows {limit} open files".encode() in log and b"ulimit -n" in log


def test_connections_leave_descriptors_for_files(tmp_path):
    """Not a connection more than leaves the store what it needs, whatever the setting."""
    directory = tmp_path / "d"
    process = start_with_limit(directory, 100)
    address = str(directory / "kindred.sock")
    try:
        wait_until(lambda: os.path.exists(address))

        class Running:
            socket_path = address

        wait_until(lambda: call(Running, "unix", "GET", "/readyz")[0] == 200)
        idle = [connect(Running, "unix") for _ in range(150)]
        assert call(Running, "unix", "PUT", "/collections/c", {"sparse_vectors": {"r": {}}})[0] == 200
        for id in range(5):
            points = {"points": [{"id": id, "vector": {"r": {"indices": [1], "values": [1]}}}]}
            assert call(Running, "unix", "PUT", "/collections/c/points", points)[0] == 200
            assert call(Running, "unix", "POST", "/flush")[0] == 200
        assert call(Running, "unix", "POST", "/compact")[0] == 200
        assert call(Running, "unix", "POST", "/collections/c/snapshots")[0] == 200
        for connection in idle:
            connection.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        process.stderr.close()


# HTTP as load balancers and clients speak it


@pytest.mark.parametrize("path", ["/", "/livez", "/healthz", "/readyz"])
@pytest.mark.parametrize("head", [
    b"HTTP/1.0\r\n", b"HTTP/1.1\r\nConnection: close\r\n", b"HTTP/1.0\r\nHost: localhost\r\n",
    b"HTTP/1.0\r\nConnection: keep-alive\r\n", b"HTTP/1.1\r\nConnection: foo, Close\r\n",
])
def test_health_needs_no_host(plain_daemon, head, path):
    for door in ["tcp", "unix"]:
        started = time.monotonic()
        # Reads until the daemon closes.
        answer = raw(plain_daemon, door, b"GET " + path.encode() + b" " + head + b"\r\n")
        assert answer.startswith(b"HTTP/1.1 200"), answer
        assert time.monotonic() - started < 30


@pytest.mark.parametrize("head", [b"HTTP/1.0\r\n", b"HTTP/1.1\r\nConnection: close\r\n"])
def test_other_requests_need_one(plain_daemon, head):
    answer = raw(plain_daemon, "tcp", b"GET /collections " + head + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 403") and b"no Host header" in answer
    assert raw(plain_daemon, "unix", b"GET /collections " + head + b"\r\n").startswith(b"HTTP/1.1 200")


@pytest.fixture(scope="module")
def plain_daemon(tmp_path_factory):
    with daemon(tmp_path_factory.mktemp("plain")) as running:
        fill(running, 10)
        yield running
        assert is_well(running)


def request(method, path, body=None, *headers):
    data = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1".encode(), b"Host: localhost", *headers]
    if body is not None:
        lines += [b"Content-Type: application/json", b"Content-Length: %d" % len(data)]
    return b"\r\n".join(lines) + b"\r\n\r\n" + data


@pytest.mark.parametrize("door", ["tcp", "unix"])
def test_a_read_sees_the_writes_before_it(tmp_path, door):
    """On one connection, that does not wait for an answer before it asks on."""
    with daemon(tmp_path) as running:
        assert call(running, "unix", "PUT", "/collections/c", {"sparse_vectors": {"r": {}}})[0] == 200
        sent = []
        for id in range(40):
            sent.append(request("PUT", "/collections/c/points", {"points": [{"id": id, "vector": {}}]}))
            # Long enough that it goes to a thread, and short.
            for padding in [20_000, 0]:
                sent.append(request("POST", "/collections/c/points/count", {"x": "x" * padding}))
        sent.append(request("GET", "/livez", None, b"Connection: close"))
        answers = raw(running, door, b"".join(sent)).split(b"HTTP/1.1 200 OK")[1:]
        assert len(answers) == 121
        for index, answer in enumerate(answers[:120]):
            expected = b"operation_id" if index % 3 == 0 else b'"count":%d}' % (index // 3 + 1)
            assert expected in answer, (index, answer)


@pytest.mark.parametrize("door", ["tcp", "unix"])
def test_a_refusal_leaves_the_connection_open(plain_daemon, door):
    """The rest of a short body is read; behind a long one the connection ends."""
    with connect(plain_daemon, door) as connection:
        for path, expected in [("/nowhere", b"404"), ("/collections/c/points/count", b"400"),
                               ("/collections/c/points/count?timeout=x", b"400"), ("/livez", b"405")]:
            connection.sendall(request("POST", path, ["x" * 10_000]))
            answer = connection.recv(65536)
            assert answer.startswith(b"HTTP/1.1 " + expected), answer
        connection.sendall(request("GET", "/livez"))
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")
        head = b"POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n"
        connection.sendall(head)
        answer = read_all(connection)
        assert answer.startswith(b"HTTP/1.1 404") and b"connection: close" in answer


@pytest.mark.parametrize("door", ["tcp", "unix"])
def test_a_body_is_asked_for(plain_daemon, door):
    """`Expect: 100-continue`, as curl sends it before a larger body."""
    with connect(plain_daemon, door) as connection:
        head, body = request("POST", "/collections/c/points/count", {}, b"Expect: 100-Continue").split(
            b"\r\n\r\n")
        connection.sendall(head + b"\r\n\r\n")
        assert connection.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")
        connection.sendall(head.replace(b"POST", b"PATCH") + b"\r\n\r\n")
        assert read_all(connection).startswith(b"HTTP/1.1 405")


@pytest.mark.parametrize("door", ["tcp", "unix"])
def test_heads(plain_daemon, door):
    for path in ["/livez", "/collections/c/points/1", "/metrics"]:
        body = raw(plain_daemon, door, request("GET", path, None, b"Connection: close"))
        head = raw(plain_daemon, door, request("HEAD", path, None, b"Connection: close"))
        assert head.startswith(b"HTTP/1.1 200") and head.endswith(b"\r\n\r\n")
        assert b"content-length:" in head and b"date: " in head and b"server: kindred" in head
        assert len(body) > len(head)


def compressed(data, window_bits):
    compressor = zlib.compressobj(9, zlib.DEFLATED, window_bits)
    return compressor.compress(data) + compressor.flush()


GZIP, ZLIB, RAW = 31, 15, -15
COUNT = b'{"filter": {"must": [{"key": "n", "range": {"lt": 5}}]}}'


@pytest.mark.parametrize("door", ["tcp", "unix"])
@pytest.mark.parametrize("encoding, body", [
    ("gzip", compressed(COUNT, GZIP)), ("x-gzip", compressed(COUNT, GZIP)),
    ("GZIP", compressed(COUNT[:9], GZIP) + compressed(COUNT[9:], GZIP)),
    ("deflate", compressed(COUNT, ZLIB)), ("deflate", compressed(COUNT, RAW)), ("identity", COUNT),
])
def test_compressed_bodies(plain_daemon, door, encoding, body):
    status, answer = call(plain_daemon, door, "POST", "/collections/c/points/count", body,
                          headers=[f"Content-Encoding: {encoding}"])
    assert status == 200 and '"count":5' in answer, answer


@pytest.mark.parametrize("encoding, body, expected", [
    ("gzip", COUNT, 400), ("gzip", compressed(COUNT, GZIP)[:-3], 400),
    ("gzip", compressed(COUNT, GZIP) + b"x", 400), ("deflate", compressed(COUNT, RAW) + b"x", 400),
    ("deflate", b"\x00", 400), ("deflate", COUNT, 400),
    ("gzip", compressed(COUNT, GZIP)[:20] + b"\xff" * 20, 400),
    ("br", COUNT, 415), ("zstd", COUNT, 415), ("gzip, gzip", COUNT, 415), ("chunked", COUNT, 415),
])
def test_bodies_that_cannot_be_inflated(plain_daemon, encoding, body, expected):
    status, answer = call(plain_daemon, "tcp", "POST", "/collections/c/points/count", body,
                          headers=[f"Content-Encoding: {encoding}"])
    assert status == expected, answer
    assert json.loads(answer)["status"]["error"]


def test_a_body_that_inflates_without_end(plain_daemon):
    bomb = compressed(b" " * (400 << 20), GZIP)
    before = memory(plain_daemon)
    for path, method in [("points/count", "POST"), ("points", "PUT")]:
        status, answer = call(plain_daemon, "tcp", method, f"/collections/c/{path}", bomb,
                              headers=["Content-Encoding: gzip"])
        assert status == 413 and "33554432 bytes" in answer
    assert memory(plain_daemon) - before < 200 << 20


def memory(running):
    with open(f"/proc/{running.process.pid}/status") as status:
        return [int(line.split()[1]) << 10 for line in status if line.startswith("VmHWM:")][0]


# Parameters


@pytest.mark.parametrize("value, expected", [
    ("1", 200), ("86400", 200), ("9223372036854775807", 200), ("9223372036854775808", 200),
    ("18446744073709551615", 200), ("18446744073709551616", 400), ("0", 422), ("-1", 400),
    ("", 400), ("NaN", 400), ("1.5", 400), ("%31", 200), ("%", 400), ("%ff", 400), ("%00", 400),
    ("1e3", 400), ("9" * 1000, 400),
])
def test_timeouts(plain_daemon, value, expected):
    for path in ["count", "scroll"]:
        status, answer = call(plain_daemon, "tcp", "POST",
                              f"/collections/c/points/{path}?timeout={value}", {})
        assert status == expected, answer


@pytest.mark.parametrize("query", [
    "wait=TRUE", "wait=", "wait", "wait=%ff", "priority=none", "checksum=" + "z" * 64, "checksum=%",
])
def test_a_refused_upload_leaves_nothing(plain_daemon, query):
    form = (b"--b\r\nContent-Disposition: form-data; name=\"snapshot\"; filename=\"s\"\r\n\r\n"
            + b"x" * 100_000 + b"\r\n--b--\r\n")
    status, answer = call(plain_daemon, "tcp", "POST",
                          f"/collections/c/snapshots/upload?{query}", form,
                          headers=["Content-Type: multipart/form-data; boundary=b"])
    assert status in (400, 422), answer
    folder = os.path.join(plain_daemon.directory, "snapshots")
    assert not os.path.exists(folder) or not os.listdir(folder)


@pytest.mark.parametrize("name, value", [
    ("max_connections", 0), ("max_connections", 2**63 - 1), ("max_connections", 2**64),
    ("header_timeout_seconds", 2**63 - 1), ("idle_timeout_seconds", 2**53),
    ("idle_timeout_seconds", -1), ("compaction_interval_seconds", 2**63 - 1),
    ("max_body_bytes", 2**63 - 1), ("read_threads", 0), ("read_threads", 10**6),
    ("max_waiting_reads", -1), ("memtable_bytes", "NaN"),
])
def test_settings_beyond_reason_are_refused(tmp_path, name, value):
    refused = serve(["--data-dir", str(tmp_path / "d")], **{f"KINDRED_{name.upper()}": str(value)})
    assert refused.returncode == 1
    assert "expected a number from" in refused.stderr


def test_one_check_at_a_time(plain_daemon):
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(
            lambda _: call(plain_daemon, "tcp", "POST", "/check", {}), range(64)))
    assert {status for status, _ in answers} <= {200, 429}, answers
    assert any(status == 200 for status, _ in answers)
    assert call(plain_daemon, "tcp", "POST", "/check", {})[0] == 200


# Opening


def test_a_stop_does_not_wait_for_the_log(tmp_path):
    with daemon(tmp_path, memtable_bytes=1 << 30, log_bytes=1 << 30) as running:
        call(running, "unix", "PUT", "/collections/c", {"sparse_vectors": {"r": {}}})
        indices = list(range(500))
        for batch in range(60):
            points = [{"id": batch * 100 + id, "vector":
                       {"r": {"indices": indices, "values": [batch + id + i / 7 for i in indices]}}}
                      for id in range(100)]
            assert call(running, "unix", "PUT", "/collections/c/points?wait=true",
                        {"points": points})[0] == 200
        running.stop(signal.SIGKILL)
        # The second start finds what the first left in the midst of opening.
        running.process = subprocess.Popen(
            [os.environ["KINDRED"], "serve", "--data-dir", running.directory],
            stderr=subprocess.PIPE)
        wait_until(lambda: running.process.poll() is not None or replays(running))
        running.process.send_signal(signal.SIGTERM)
        started = time.monotonic()
        assert running.process.wait(30) == 0
        assert time.monotonic() - started < 5
        running.process.stderr.close()
        running.start()
        assert '"count":6000' in call(running, "unix", "POST", "/collections/c/points/count", {})[1]


def replays(running):
    with contextlib.suppress(OSError):
        return "% of its log is replayed" in call(running, "unix", "GET", "/readyz")[1]
    return False
