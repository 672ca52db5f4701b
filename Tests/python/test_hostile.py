"""Attacks the daemon at both doors: whatever comes in, it answers with an error or closes the
connection, and goes on serving everybody else."""
import contextlib
import json
import os
import pathlib
import signal
import socket
import stat
import subprocess
import sys
import time

import pytest

from conftest import Daemon, free_port

DOORS = ["tcp", "unix"]


@contextlib.contextmanager
def daemon(tmp_path, key=None, log_level=None, **settings):
    """A daemon with settings as the environment has them: `idle_timeout_seconds=1`."""
    environment = {f"KINDRED_{name.upper()}": str(value) for name, value in settings.items()}
    if log_level:
        environment["KINDRED_LOG_LEVEL"] = log_level
    if key:
        environment["KINDRED_API_KEY"] = key
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        running = Daemon(str(tmp_path / "d"))
    finally:
        os.environ.clear()
        os.environ.update(before)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.stop()


def connect(daemon, door):
    if door == "unix":
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(daemon.socket_path)
    else:
        connection = socket.create_connection(("127.0.0.1", daemon.port))
    # Not a limit of the test's own: a daemon that never answers should fail, not hang.
    connection.settimeout(60)
    return connection


def read_all(connection):
    """Everything until the daemon closes the connection."""
    pieces = []
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(65536):
            pieces.append(piece)
    return b"".join(pieces)


def raw(daemon, door, request):
    """Sends bytes and reads until the daemon closes, which it does as asked to."""
    with connect(daemon, door) as connection:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(request)
        return read_all(connection)


def call(daemon, door, method, path, body=None, headers=(), host="localhost"):
    """One request on a connection of its own. Returns the status and the body."""
    data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", "Connection: close", *headers]
    if body is not None:
        lines.append(f"Content-Length: {len(data)}")
        if not any(header.lower().startswith("content-type") for header in headers):
            lines.append("Content-Type: application/json")
    answer = raw(daemon, door, "\r\n".join(lines).encode() + b"\r\n\r\n" + data)
    head, _, body = answer.partition(b"\r\n\r\n")
    return (int(head.split()[1]) if head else 0), body.decode(errors="replace")


def is_well(daemon):
    for door in DOORS:
        assert call(daemon, door, "GET", "/readyz") == (200, "all shards are ready")
    return True


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    with daemon(tmp_path_factory.mktemp("plain")) as running:
        call(running, "unix", "PUT", "/collections/c",
             {"sparse_vectors": {"ratings": {}}, "vectors": {"dense": {"size": 2, "distance": "Dot"}}})
        yield running
        assert is_well(running)


@pytest.fixture(scope="module")
def impatient(tmp_path_factory):
    """Waits a second for a header, and a second when nothing happens."""
    with daemon(tmp_path_factory.mktemp("impatient"), header_timeout_seconds=1,
                idle_timeout_seconds=1) as running:
        yield running
        assert is_well(running)


# Bodies


def upsert(daemon, door, vector):
    return call(daemon, door, "PUT", "/collections/c/points?wait=true",
                f'{{"points": [{{"id": 1, "vector": {vector}}}]}}'.encode())


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("vector, place", [
    ('{"ratings": {"indices": [1, 2], "values": [1.0]}}', "same length"),
    ('{"ratings": {"indices": [1, 7, 7], "values": [1, 2, 3]}}', "unique"),
    ('{"ratings": {"indices": [1, 2], "values": [1, 1e999]}}', "1"),
    ('{"dense": [1, 1e999]}', "1"),
])
def test_values_that_no_vector_can_have(plain, door, vector, place):
    status, body = upsert(plain, door, vector)
    assert status in (400, 422), body
    assert place in body
    assert call(plain, door, "POST", "/collections/c/points/count", {})[1].count('"count":0') == 1


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("text", [b"NaN", b"Infinity", b"-Infinity", b"nan"])
def test_not_a_number_is_not_json(plain, door, text):
    status, body = upsert(plain, door, '{"dense": [1, %s]}' % text.decode())
    assert status == 400, body


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("body", [
    b"[" * 1_000_000, b'{"a":' * 300_000, b'{"filter":{"must":[' * 5000, b"[" * 65 + b"]" * 65,
])
def test_deep_json(plain, door, body):
    for path in ["/collections/c/points/query", "/collections/c/points/scroll"]:
        status, _ = call(plain, door, "POST", path, body)
        assert status == 400


@pytest.mark.parametrize("door", DOORS)
def test_deep_and_long_filters(plain, door):
    condition = {"key": "a", "match": {"value": 1}}
    for depth, expected in [(16, 200), (17, 400), (60, 400)]:
        nested = condition
        for _ in range(depth - 1):
            nested = {"must": [nested]}
        status, body = call(plain, door, "POST", "/collections/c/points/scroll",
                            {"filter": {"must": [nested]}})
        assert (status == 200) == (expected == 200), (depth, body)
    for count, expected in [(1000, 200), (1001, 400)]:
        status, body = call(plain, door, "POST", "/collections/c/points/scroll",
                            {"filter": {"must": [condition] * count}})
        assert (status == 200) == (expected == 200), (count, body)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("body", [
    b"", b"{", b"\x00" * 100, b"\xff\xfe", b'{"points": 7}', b'{"points": [{"id": -1}]}', b"[]",
    b'{"points": [{"id": 18446744073709551616, "vector": {}}]}', b'{"points": [{"id": "x"}]}',
    b'{"points": [{"id": 1, "vector": {"ratings": {"indices": [4294967296], "values": [1]}}}]}',
    b'"\\ud800"',
])
def test_malformed_bodies(plain, door, body):
    status, text = call(plain, door, "PUT", "/collections/c/points?wait=true", body)
    assert status in (400, 422), text
    assert json.loads(text)["status"]["error"]


@pytest.mark.parametrize("door", DOORS)
def test_large_bodies(tmp_path, door):
    with daemon(tmp_path, max_body_bytes=1000) as running:
        assert call(running, door, "PUT", "/collections/c/points", b" " * 1001)[0] == 413
        head = (b"PUT /collections/c/points HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                b"Content-Type: application/json\r\n")
        # Only announced.
        assert b" 413 " in raw(running, door, head + b"Content-Length: 99999999999\r\n\r\n")
        chunk = b"3E8\r\n" + b" " * 1000 + b"\r\n"
        answer = raw(running, door, head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 50)
        assert b" 413 " in answer
        assert is_well(running)


@pytest.mark.parametrize("door", DOORS)
def test_large_answers(tmp_path, door):
    with daemon(tmp_path, max_request_memory_bytes=1_000_000) as running:
        call(running, door, "PUT", "/collections/c", {"sparse_vectors": {"r": {}}})
        points = [{"id": id, "vector": {"r": {"indices": [1], "values": [1]}},
                   "payload": {"t": "x" * 10_000}} for id in range(200)]
        for start in range(0, 200, 20):
            assert call(running, door, "PUT", "/collections/c/points",
                        {"points": points[start:start + 20]})[0] == 200
        query = {"query": {"indices": [1], "values": [1]}, "using": "r", "with_payload": True}
        # A batch counts as a whole.
        for path, small, body in [
            ("scroll", 200, lambda limit: {"with_payload": True, "limit": limit}),
            ("query", 200, lambda limit: {**query, "limit": limit}),
            ("query/batch", 413, lambda limit: {"searches": [{**query, "limit": limit}] * 40}),
        ]:
            for limit, expected in [(5, small), (10**12, 413)]:
                status, text = call(
                    running, door, "POST", f"/collections/c/points/{path}", body(limit))
                assert status == expected, text
                assert status == 200 or "fewer points" in text
        # Without the payload it is small.
        assert call(running, door, "POST", "/collections/c/points/scroll",
                    {"limit": 10**12, "with_payload": False})[0] == 200


# Names


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", [
    "..%2f..%2fetc%2fpasswd", "%2e%2e", "%2e", "a%2fb", "a%5cb", "%00", "a%0ab", "x" * 201,
    "%ff", "%", "a%3cb", "%C3%28",
])
def test_names_that_are_refused(plain, door, name):
    before = sorted(os.listdir(plain.directory))
    status, body = call(plain, door, "PUT", f"/collections/{name}", {})
    assert 400 <= status < 500, body
    assert sorted(os.listdir(plain.directory)) == before
    # A dot segment may have been taken off the path; either way there is no such collection.
    assert '"collections":[{"name":"c"}]' in call(plain, door, "GET", "/collections")[1]


def test_a_name_is_never_a_path(plain):
    name = "n%C3%A4me%20with%20blanks"
    assert call(plain, "unix", "PUT", f"/collections/{name}", {})[0] == 200
    call(plain, "unix", "POST", "/flush")
    found = [str(path) for path in pathlib.Path(plain.directory).rglob("*")]
    assert not any("blanks" in path for path in found)


# HTTP itself


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("request_bytes", [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + os.urandom(200),
    b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\r\n" * 1000, b"\x00" * 5000,
    b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: a\r\n" * 20_000 + b"\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nBad Header\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\x00b\r\n\r\n",
    b"PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    b"PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    b"PUT / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
    b"PUT / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"FFFFFFFFFFFFFFFFFF\r\n",
])
def test_what_is_not_http(impatient, door, request_bytes):
    answer = raw(impatient, door, request_bytes)
    assert b" 200 " not in answer.split(b"\r\n")[0]
    assert is_well(impatient)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("request_bytes, words", [
    (b"please\r\n\r\n", "not a request in HTTP/1.1"),
    (b"GET / HTTP/1.1\r\nHost: localhost\r\nBad Header\r\n\r\n", "not a request in HTTP/1.1"),
    (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 40_000 + b"\r\n\r\n", "at most 100 fields"),
    (b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: a\r\n" * 200 + b"\r\n", "each of 16 KiB"),
])
def test_what_is_not_http_is_told_so(plain, door, request_bytes, words):
    head, _, body = raw(plain, door, request_bytes).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ") or head.startswith(b"HTTP/1.0 400 "), head
    assert words in json.loads(body)["status"]["error"]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("lengths", [
    b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
    b"Transfer-Encoding: chunked, identity\r\n",
    b"Transfer-Encoding: xchunked\r\nContent-Length: 4\r\n",
])
def test_request_smuggling(impatient, door, lengths):
    smuggled = b"PUT /collections/smuggled HTTP/1.1\r\nHost: localhost\r\n" \
        b"Content-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
    answer = raw(impatient, door,
                 b"POST /collections/c/points/scroll HTTP/1.1\r\nHost: localhost\r\n"
                 b"Content-Type: application/json\r\n" + lengths + b"\r\n0\r\n\r\n" + smuggled)
    # Whoever stands in front may read it either way, so there must not be a second answer.
    assert answer.count(b"HTTP/1.1 ") <= 1, answer
    assert "smuggled" not in call(impatient, door, "GET", "/collections")[1]


@pytest.mark.parametrize("door", DOORS)
def test_pipelined_requests_are_answered_in_order(plain, door):
    requests = b"".join(
        b"GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n" % path
        for path in [b"/livez", b"/collections", b"/healthz"] * 20)
    last = b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    answers = raw(plain, door, requests + last).split(b"HTTP/1.1 200 OK")[1:]
    assert len(answers) == 61
    for index, answer in enumerate(answers[:60]):
        assert [b"livez", b'"collections"', b"healthz"][index % 3] in answer
    assert b"all shards" in answers[60]


# Slow clients


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("request_bytes", [
    b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: local",
    b"PUT /collections/c HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Content-Length: 100\r\n\r\n{",
    b"PUT /collections/c HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
    b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n",
])
def test_a_client_that_stops_is_let_go(impatient, door, request_bytes):
    with connect(impatient, door) as connection:
        connection.sendall(request_bytes)
        read_all(connection)
    assert is_well(impatient)


def drip(connection, byte):
    """A byte at a time until the daemon has had enough. Fails if it never has."""
    connection.settimeout(0.1)
    for _ in range(600):
        try:
            connection.sendall(byte)
            if connection.recv(65536) == b"":
                return
        except TimeoutError:
            continue
        except OSError:
            return
    pytest.fail("the daemon listens to a byte at a time for ever")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("start", [
    b"GET / HTTP/1.1\r\nX: ",
    # The second header of a connection.
    b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HTTP/1.1\r\nX: ",
    b"PUT /collections/c HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Content-Length: 1000000\r\n\r\n{",
])
def test_a_byte_at_a_time(impatient, door, start):
    with connect(impatient, door) as connection:
        connection.sendall(start)
        drip(connection, b" ")
    assert is_well(impatient)


def wait_until(is_so):
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def wait_for_connections(daemon, is_right):
    """Waits until the daemon has as many connections as it should, going by its descriptors."""
    folder = f"/proc/{daemon.process.pid}/fd"
    deadline = time.monotonic() + 60
    while True:
        links = []
        for name in os.listdir(folder):
            with contextlib.suppress(FileNotFoundError):
                links.append(os.readlink(f"{folder}/{name}"))
        # Both doors listen, and that of gRPC.
        if is_right(sum(link.startswith("socket:") for link in links) - len(DOORS) - 1):
            return
        assert time.monotonic() < deadline, links
        time.sleep(0.02)


def have_a_long_answer(daemon):
    """Puts in what `ask_for_a_long_answer` asks for; before connecting, where idle time is short."""
    if call(daemon, "unix", "GET", "/collections/long")[0] == 404:
        assert call(daemon, "unix", "PUT", "/collections/long", {})[0] == 200
        for batch in range(4):
            points = [{"id": batch * 4 + id, "vector": {}, "payload": {"t": "x" * (2 << 20)}}
                      for id in range(4)]
            assert call(daemon, "unix", "PUT", "/collections/long/points",
                        {"points": points})[0] == 200


def ask_for_a_long_answer(daemon, connection, *headers):
    """Asks for 32 MB, more than the system keeps for a client, and returns how much it is at least."""
    have_a_long_answer(daemon)
    body = b'{"limit": 16, "with_payload": true}'
    lines = [b"POST /collections/long/points/scroll HTTP/1.1", b"Host: localhost",
             b"Content-Type: application/json", b"Content-Length: %d" % len(body), *headers]
    connection.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + body)
    return 16 * (2 << 20)


def read_slowly(connection, seconds):
    """How much comes until the daemon closes, where 32 MB would take so long."""
    received = 0
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(1 << 18):
            received += len(piece)
            time.sleep(seconds * len(piece) / (32 << 20))
    return received


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize("door", DOORS)
def test_a_client_that_does_not_read_is_let_go(impatient, door):
    wait_for_connections(impatient, lambda count: count == 0)
    with connect(impatient, door) as connection:
        length = ask_for_a_long_answer(impatient, connection)
        # The daemon ends it, although the client has done nothing. (It is not looked for before: on a busy
        # machine it may have gone already.)
        wait_for_connections(impatient, lambda count: count == 0)
        assert len(read_all(connection)) < length
    assert is_well(impatient)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("headers", [[], [b"Connection: close"]])
def test_a_client_that_reads_slowly_gets_everything(tmp_path, door, headers):
    # Long enough not to be passed by a pause of a busy machine.
    with daemon(tmp_path, idle_timeout_seconds=2) as running:
        have_a_long_answer(running)
        with connect(running, door) as connection:
            length = ask_for_a_long_answer(running, connection, *headers)
            assert read_slowly(connection, 5) > length


@pytest.mark.parametrize("door", DOORS)
def test_who_sends_too_much_gets_to_read_why(plain, door):
    started = time.monotonic()
    # More than the system keeps for the daemon.
    status, answer = call(plain, door, "PUT", "/collections/c/points", b" " * (40 << 20))
    assert status == 413 and "33554432 bytes" in answer
    # Of the 60 a connection may be idle.
    assert time.monotonic() - started < 30


@pytest.mark.parametrize("door", DOORS)
def test_large_bodies_share_a_limit(tmp_path, door):
    with daemon(tmp_path, max_pending_bytes=8 << 20) as running:
        assert call(running, "unix", "PUT", "/collections/c", {})[0] == 200

        def put(payload):
            points = [{"id": 1, "vector": {}, "payload": {"t": payload}}]
            return call(running, door, "PUT", "/collections/c/points", {"points": points})

        def is_refused_beside_another():
            with connect(running, door) as other:
                other.sendall(b"PUT /collections/c/points HTTP/1.1\r\nHost: localhost\r\n"
                              b"Content-Type: application/json\r\nContent-Length: 8388608\r\n\r\n"
                              + b" " * (6 << 20))
                status, answer = put("x" * (4 << 20))
                # Small ones go on.
                assert put("x")[0] == 200
                return status == 429 and "8388608 bytes together" in answer

        # However large, one alone fits.
        assert put("x" * (9 << 20))[0] == 200
        # When the daemon has not taken the other yet, that one is refused.
        wait_until(is_refused_beside_another)
        wait_until(lambda: put("x" * (4 << 20))[0] == 200)


@pytest.mark.parametrize("door", DOORS)
def test_large_answers_share_a_limit(tmp_path, door):
    with daemon(tmp_path, max_pending_bytes=40 << 20) as running:
        def ask(limit=16):
            path = "/collections/long/points/scroll"
            return call(running, door, "POST", path, {"limit": limit, "with_payload": True})[0]

        have_a_long_answer(running)
        with connect(running, door) as slow:
            ask_for_a_long_answer(running, slow)
            # Asked at once, either could be the one that is refused.
            assert slow.recv(12) == b"HTTP/1.1 200"
            wait_until(lambda: ask() == 429)
            # What fits beside it is answered.
            assert ask(1) == 200
        wait_until(lambda: ask() == 200)


@pytest.mark.parametrize("door", DOORS)
def test_a_stop_waits_for_a_client_that_reads(tmp_path, door):
    with daemon(tmp_path) as running:
        have_a_long_answer(running)
        with connect(running, door) as connection:
            length = ask_for_a_long_answer(running, connection)
            received = len(connection.recv(1024))
            running.process.send_signal(signal.SIGTERM)
            assert received + read_slowly(connection, 2) > length
        assert running.process.wait(30) == 0


@pytest.mark.parametrize("door", DOORS)
def test_a_stop_does_not_wait_for_a_client_that_does_not_read(tmp_path, door):
    with daemon(tmp_path) as running:
        have_a_long_answer(running)
        with connect(running, door) as connection:
            ask_for_a_long_answer(running, connection)
            connection.recv(1024)
            started = time.monotonic()
            running.process.send_signal(signal.SIGTERM)
            assert running.process.wait(30) == 0
            # Of the 60 it may be idle.
            assert time.monotonic() - started < 20


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("leave", [socket.socket.close, lambda c: c.shutdown(socket.SHUT_WR)])
def test_a_query_ends_with_its_client(tmp_path, door, leave):
    path = "/collections/{collection}/points/query/batch"
    with daemon(tmp_path) as running:
        call(running, "unix", "PUT", "/collections/c", {"vectors": {"size": 64, "distance": "Dot"}})
        points = [{"id": id, "vector": [(id * 31 + i) % 17 for i in range(64)]}
                  for id in range(10_000)]
        assert call(running, "unix", "PUT", "/collections/c/points", {"points": points})[0] == 200
        body = json.dumps({"searches": [{"query": 1, "limit": 1}] * 200_000}).encode()
        connection = connect(running, door)
        connection.sendall(
            b"POST /collections/c/points/query/batch HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        leave(connection)
        # The time limit, which gives the same answer, is a minute.
        deadline = time.monotonic() + 50
        while True:
            metrics = call(running, "unix", "GET", "/metrics")[1]
            if f'endpoint="{path}",status="408"' in metrics:
                break
            assert f'endpoint="{path}"' not in metrics
            assert time.monotonic() < deadline, "the query goes on"
            time.sleep(0.1)
        connection.close()


@pytest.mark.parametrize("door", DOORS)
def test_a_client_that_only_sends_no_more_is_answered(plain, door):
    with connect(plain, door) as connection:
        connection.sendall(b"GET /collections HTTP/1.1\r\nHost: localhost\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        assert read_all(connection).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("door", DOORS)
def test_more_connections_than_allowed_wait(tmp_path, door):
    with daemon(tmp_path, max_connections=4, header_timeout_seconds=1) as running:
        # Each keeps its place until its header is overdue.
        idle = [connect(running, door) for _ in range(12)]
        # One that came before may be taken in after it, and take its place.
        deadline = time.monotonic() + 30
        while call(running, door, "GET", "/livez")[0] != 200:
            assert time.monotonic() < deadline, "nobody comes in"
        for connection in idle:
            connection.close()


# Who may come in


def test_keys_and_hosts(tmp_path):
    with daemon(tmp_path, key="s3cret-key", log_level="trace", read_only_api_key="r3ad-key",
                allowed_hosts="db.example") as running:
        def status(method, path, key=None, **more):
            headers = [f"api-key: {key}"] if key else []
            return call(running, "tcp", method, path, headers=headers, **more)[0]

        assert status("GET", "/collections") == 401
        assert status("GET", "/collections", "wrong") == 401
        assert status("GET", "/collections", "s3cret-keyx") == 401
        assert status("GET", "/collections", "s3cret-key") == 200
        assert status("GET", "/collections", "r3ad-key") == 200
        assert status("PUT", "/collections/c", "r3ad-key", body={}) == 403
        assert status("POST", "/collections/c/snapshots", "r3ad-key") == 403
        assert status("GET", "/collections", "s3cret-key", host="evil.example") == 403
        assert status("GET", "/collections", "s3cret-key", host="127.evil.example") == 403
        assert status("GET", "/collections", "s3cret-key", host="localhost.evil.example") == 403
        assert status("GET", "/collections", "s3cret-key", host="") in (400, 403)
        assert status("GET", "/collections", "s3cret-key", host="db.example:1") == 200
        two_hosts = raw(running, "tcp", b"GET /collections HTTP/1.1\r\nHost: localhost\r\n"
                        b"Host: evil.example\r\napi-key: s3cret-key\r\nConnection: close\r\n\r\n")
        assert b" 200 " not in two_hosts.split(b"\r\n")[0] or b"evil" not in two_hosts
        # Through the control socket, whose door is the directory's mode, no key is needed.
        assert call(running, "unix", "GET", "/collections")[0] == 200
        assert running.process.poll() is None
        running.process.send_signal(signal.SIGTERM)
        log = running.process.stderr.read()
        assert running.process.wait() == 0
        assert b"s3cret" not in log and b"r3ad" not in log


def test_a_page_of_another_site_cannot_write(tmp_path):
    with daemon(tmp_path) as running:
        for content_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]:
            status, _ = call(running, "tcp", "PUT", "/collections/c", {},
                             headers=[f"Content-Type: {content_type}"])
            assert status == 415
        assert call(running, "tcp", "GET", "/collections",
                    headers=["Origin: https://evil.example"])[0] == 403
        assert call(running, "tcp", "GET", "/collections", headers=["Origin: null"])[0] == 403


def test_files_are_named_at_the_control_socket_only(tmp_path):
    with daemon(tmp_path, key="k") as running:
        body = {"destination": str(tmp_path / "backup")}
        assert call(running, "tcp", "POST", "/backup", body, headers=["api-key: k"])[0] == 403
        assert not (tmp_path / "backup").exists()
        assert call(running, "unix", "POST", "/backup", {"destination": "relative"})[0] == 400
        assert call(running, "unix", "POST", "/backup", body)[0] == 200
        assert (tmp_path / "backup" / "MANIFEST").exists()


def test_a_backup_that_cannot_have_its_name_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "there").mkdir()
    with daemon(tmp_path) as running:
        for name, why in [("there", "exists"), ("no/folder/here", "No such file"),
                          ("file/backup", "Not a directory"), ("n" * 300, "too long")]:
            body = {"destination": str(tmp_path / name)}
            status, answer = call(running, "unix", "POST", "/backup", body)
            assert status == 400 and why in str(answer), (name, status, answer)
    assert list((tmp_path / "there").iterdir()) == []


def serve(arguments, **environment):
    return subprocess.run([os.environ["KINDRED"], "serve", *arguments], capture_output=True,
                          text=True, timeout=60, env={**os.environ, **environment})


@pytest.mark.parametrize("door", ["--http", "--grpc"])
@pytest.mark.parametrize("address", ["0.0.0.0:0", "[::]:0", "127.evil.example:0", "example.org:0"])
def test_an_open_address_needs_a_key_and_tls(tmp_path, door, address):
    def refused(**environment):
        refused = serve(["--data-dir", str(tmp_path / "d"), door, address], **environment)
        assert refused.returncode == 1
        assert not (tmp_path / "d").exists()
        return refused.stderr

    said = refused()
    if "without gRPC" in said:
        pytest.skip("the binary has no gRPC")
    assert "without an API key and without TLS: set KINDRED_API_KEY" in said
    assert "`tls-certificate` and `tls-key`" in said and "--insecure no-key,no-tls" in said
    said = refused(KINDRED_API_KEY="k")
    assert "without TLS: set `tls-certificate`" in said and "--insecure no-tls" in said
    # A key that only reads does not guard writing.
    for environment in [{}, {"KINDRED_READ_ONLY_API_KEY": "r"}]:
        said = refused(KINDRED_INSECURE="no-tls", **environment)
        assert "without an API key: " in said and "--insecure no-key" in said
    assert "`insecure` is 'yes'" in refused(KINDRED_INSECURE="yes", KINDRED_API_KEY="k")


@pytest.mark.parametrize("key, insecure, lacks", [
    ("k", "no-tls", ["TLS"]), (None, "no-key,no-tls", ["an API key", "TLS"]),
    # What is not lacking may be said as well.
    ("k", "no-key, no-tls", ["TLS"])])
def test_what_an_open_address_lacks_is_said_twice(tmp_path, key, insecure, lacks):
    port, grpc_port = free_port(), free_port()
    environment = {"KINDRED_API_KEY": key} if key else {}
    with subprocess.Popen(
            [os.environ["KINDRED"], "serve", "--data-dir", str(tmp_path / "d"), "--http", f"0.0.0.0:{port}",
             "--grpc", f"[::]:{grpc_port}", "--insecure", insecure],
            stderr=subprocess.PIPE, text=True, env={**os.environ, **environment}) as process:
        try:
            log = []
            for line in process.stderr:
                log.append(line)
                if "msg=ready" in line:
                    break
            for lack in ["an API key", "TLS"]:
                warnings = [line for line in log if "level=warning" in line and f"without {lack}," in line]
                assert len(warnings) == (2 if lack in lacks else 0), log
            for port in [port, grpc_port]:
                socket.create_connection(("127.0.0.1", port), timeout=20).close()
        finally:
            process.terminate()
            process.stderr.read()
        assert process.wait(30) == 0


def test_a_key_is_no_argument(tmp_path):
    refused = serve(["--data-dir", str(tmp_path / "d"), "--api-key", "k"])
    assert refused.returncode == 64


# The control socket and the files


def test_modes_of_files(tmp_path):
    os.umask(0)
    try:
        with daemon(tmp_path) as running:
            call(running, "unix", "PUT", "/collections/c", {"sparse_vectors": {"r": {}}})
            upsert(running, "unix", '{"r": {"indices": [1], "values": [1]}}')
            call(running, "unix", "POST", "/flush")
            call(running, "unix", "POST", "/collections/c/snapshots")
            root = pathlib.Path(running.directory)
            for path in [root, *root.rglob("*")]:
                mode = path.lstat().st_mode
                expected = 0o700 if stat.S_ISDIR(mode) else 0o600
                assert stat.S_IMODE(mode) == expected, path
    finally:
        os.umask(0o022)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_descriptors_of_files_are_not_inherited(plain):
    root = pathlib.Path(f"/proc/{plain.process.pid}")
    found = [(descriptor, os.readlink(descriptor)) for descriptor in (root / "fd").iterdir()]
    # Sockets are the library's, and the daemon starts no other program.
    ours = [(descriptor, target) for descriptor, target in found
            if target.startswith(plain.directory)]
    assert ours
    for descriptor, target in ours:
        flags = [line.split()[1] for line in
                 (root / "fdinfo" / descriptor.name).read_text().splitlines()
                 if line.startswith("flags:")][0]
        assert int(flags, 8) & 0o2000000, f"{target} is not close-on-exec"


@pytest.mark.parametrize("name", ["MANIFEST", "LOCK", "wal/0000000000000001.wal"])
def test_symbolic_links_are_not_followed(tmp_path, name):
    with daemon(tmp_path) as running:
        directory = pathlib.Path(running.directory)
    path = directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    victim = tmp_path / "victim"
    victim.write_bytes(path.read_bytes() if path.exists() else b"precious")
    before = victim.read_bytes()
    path.unlink(missing_ok=True)
    path.symlink_to(victim)
    if name.startswith("wal"):
        for other in directory.glob("wal/*.wal"):
            if other != path:
                other.unlink()
    refused = serve(["--data-dir", str(directory)])
    assert refused.returncode == 1, refused.stderr
    assert victim.read_bytes() == before


def test_a_stale_socket_is_replaced_and_a_living_one_is_not(tmp_path):
    with daemon(tmp_path) as running:
        running.stop(signal.SIGKILL)
        assert os.path.exists(running.socket_path)
        running.start()
        assert is_well(running)
        second = serve(["--data-dir", running.directory])
        assert second.returncode == 69 and "in use" in second.stderr
        assert is_well(running)


def test_what_is_not_a_socket_is_not_removed(tmp_path):
    directory = tmp_path / "d"
    directory.mkdir(mode=0o700)
    (directory / "kindred.sock").write_text("precious")
    refused = serve(["--data-dir", str(directory)])
    assert refused.returncode == 1
    assert (directory / "kindred.sock").read_text() == "precious", refused.stderr


@pytest.mark.skipif(os.getuid() != 0 or not os.path.exists("/usr/bin/python3"),
                    reason="becomes another user, which only root can")
def test_another_user_is_not_let_in(tmp_path):
    with daemon(tmp_path) as running:
        # As where a file system ignores modes.
        for path in [*tmp_path.parents, tmp_path, pathlib.Path(running.directory)]:
            if str(path).startswith("/tmp/"):
                path.chmod(0o755)
        os.chmod(running.socket_path, 0o666)
        script = ("import socket,sys; s=socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]);"
                  "s.settimeout(60); s.sendall(b'GET /livez HTTP/1.1\\r\\nHost: l\\r\\n"
                  "Connection: close\\r\\n\\r\\n'); sys.stdout.buffer.write(s.recv(99))")
        outcome = subprocess.run(["/usr/bin/python3", "-c", script, running.socket_path], user=65534,
                                 capture_output=True)
        assert b"200" not in outcome.stdout
        if b"PermissionError" in outcome.stderr:
            pytest.skip("the other user cannot reach the directory")
        assert is_well(running)


# Signals and service managers


def test_signals(tmp_path):
    with daemon(tmp_path) as running:
        running.process.send_signal(signal.SIGPIPE)
        assert is_well(running)
        assert running.stop(signal.SIGINT) == 0
        running.start()
        # A request that is never finished holds up the first stop, and not the second.
        with connect(running, "unix") as connection:
            connection.sendall(b"PUT /collections/c HTTP/1.1\r\nHost: l\r\n"
                               b"Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{")
            assert call(running, "unix", "GET", "/livez")[0] == 200
            running.process.send_signal(signal.SIGTERM)
            while "stopping" not in running.process.stderr.readline().decode():
                pass
            running.process.send_signal(signal.SIGTERM)
            assert running.process.wait(timeout=30) in (0, 1)
            running.process.stderr.close()
        running.start()
        with connect(running, "unix") as connection:
            connection.sendall(b"PUT /collections/c HTTP/1.1\r\nHost: l\r\n"
                               b"Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{")
            assert call(running, "unix", "GET", "/livez")[0] == 200
            assert running.stop() == 0


def test_service_manager_is_told(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(60)
        os.environ["NOTIFY_SOCKET"] = str(tmp_path / "notify")
        try:
            with daemon(tmp_path) as running:
                assert manager.recv(100) == b"READY=1"
                assert running.stop() == 0
                assert manager.recv(100) == b"STOPPING=1"
        finally:
            del os.environ["NOTIFY_SOCKET"]


def test_a_long_replay_is_told_with_its_progress(tmp_path):
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
        running.process = subprocess.Popen(
            [os.environ["KINDRED"], "serve", "--data-dir", running.directory],
            stderr=subprocess.PIPE)
        seen = []
        while not seen or seen[-1][0] != 200:
            try:
                seen.append(call(running, "unix", "GET", "/readyz"))
                if seen[-1][0] == 503:
                    assert call(running, "unix", "GET", "/livez")[0] == 200
                    assert call(running, "unix", "GET", "/collections")[0] in (200, 503)
            except OSError:
                assert running.process.poll() is None
        waiting = [body for status, body in seen if status == 503]
        assert waiting and all("% of its log is replayed" in body for body in waiting)
        assert '"count":6000' in call(running, "unix", "POST", "/collections/c/points/count", {})[1]
