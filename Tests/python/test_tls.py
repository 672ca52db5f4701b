"""The TCP door with TLS: who gets in, what is said about files that are of no use, and that nobody is
held up by those who never finish a handshake or by new files."""
import concurrent.futures
import contextlib
import os
import re
import select
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time

import grpc
import httpx
import pytest
from qdrant_client import QdrantClient, models

from certificates import Authority, new_key, openssl
from conftest import Daemon, free_port
from test_hostile import call, read_all, wait_until


class SecureDaemon(Daemon):
    """A daemon whose TCP door speaks TLS; its log goes to a file."""

    def __init__(self, directory, certificate, key, authority, client=None, **settings):
        self.settings = {f"KINDRED_{name.upper()}": str(value) for name, value in settings.items()}
        self.settings |= {"KINDRED_TLS_CERTIFICATE": str(certificate), "KINDRED_TLS_KEY": str(key)}
        self.context = ssl.create_default_context(cafile=str(authority.certificate))
        if client:
            self.context.load_cert_chain(*map(str, client))
        super().__init__(directory)

    @property
    def url(self):
        return f"https://127.0.0.1:{self.port}"

    def start(self):
        self.port, self.grpc_port = free_port(), free_port()
        self.log_path = self.directory + ".log"
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                [os.environ["KINDRED"], "serve", "--data-dir", self.directory, "--http",
                 f"127.0.0.1:{self.port}", "--grpc", f"127.0.0.1:{self.grpc_port}"],
                stderr=log, env=os.environ | self.settings)
        deadline = time.monotonic() + 60
        # The control socket answers whatever the certificate is.
        while not os.path.exists(self.socket_path) or not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(self.log)
            time.sleep(0.02)

    def is_ready(self):
        try:
            return call(self, "unix", "GET", "/readyz")[0] == 200
        except OSError:
            return False

    def stop(self, *how):
        self.process.send_signal(*how or [15])
        return self.process.wait(timeout=30)

    @property
    def log(self):
        with open(self.log_path) as file:
            return file.read()

    def client(self, **options):
        return httpx.Client(base_url=self.url, verify=self.context, **options)

    def metric(self, name):
        text = call(self, "unix", "GET", "/metrics")[1]
        return int(re.search(f"^{name} (\\d+)$", text, re.MULTILINE)[1])


@contextlib.contextmanager
def secure(tmp_path, certificate, key, authority, **settings):
    running = SecureDaemon(str(tmp_path / "d"), certificate, key, authority, **settings)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.stop()


def refusal(tmp_path, **settings):
    """What a daemon says that does not start. The directory has not been touched."""
    result = subprocess.run(
        [os.environ["KINDRED"], "serve", "--data-dir", str(tmp_path / "d"), "--http", "127.0.0.1:0"],
        env=os.environ | {f"KINDRED_TLS_{name.upper()}": str(value)
                          for name, value in settings.items()},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    assert result.returncode == 1, result.stderr
    assert not (tmp_path / "d").exists()
    return result.stderr


@pytest.fixture(scope="module", autouse=True)
def has_tls(tmp_path_factory):
    if "without TLS" in refusal(tmp_path_factory.mktemp("probe"), certificate="/none", key="/none"):
        pytest.skip("the binary has no TLS: build it with --traits Remote")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def server(authority):
    return authority.issue()


@pytest.fixture(scope="module")
def running(tmp_path_factory, authority, server):
    with secure(tmp_path_factory.mktemp("running"), *server, authority, api_key="secret",
                header_timeout_seconds=2, max_connections=8) as running:
        yield running
        assert running.client().get("/readyz").text == "all shards are ready"


def shake(running, *arguments, text=""):
    """What openssl's client says of a connection."""
    result = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{running.port}", *map(str, arguments)],
        input=text, capture_output=True, text=True, timeout=60)
    return result.returncode, result.stdout + result.stderr


# Clients


def test_grpc_clients(running, authority):
    """By the same certificate, with HTTP/2 as ALPN says."""
    def list_collections(channel, **options):
        method = channel.unary_unary("/qdrant.Collections/List", bytes, bytes)
        return method(b"", timeout=20, metadata=[("api-key", "secret")], **options)

    trusted = grpc.ssl_channel_credentials(authority.certificate.read_bytes())
    with grpc.secure_channel(f"127.0.0.1:{running.grpc_port}", trusted) as channel:
        assert list_collections(channel).startswith(b"\x11")
    for channel in [
        grpc.insecure_channel(f"127.0.0.1:{running.grpc_port}"),
        grpc.secure_channel(f"127.0.0.1:{running.grpc_port}", grpc.ssl_channel_credentials()),
    ]:
        with channel, pytest.raises(grpc.RpcError) as error:
            list_collections(channel)
        assert error.value.code() is grpc.StatusCode.UNAVAILABLE


def test_clients(running, authority):
    headers = {"api-key": "secret"}
    with running.client(headers=headers) as client:
        assert client.put("/collections/a", json={"sparse_vectors": {"r": {}}}).status_code == 200
        assert client.get("/collections/a").json()["result"]["status"] == "green"
        assert client.delete("/collections/a").status_code == 200
    assert running.client().get("/collections").status_code == 401
    curl = subprocess.run(
        ["curl", "-sS", "--cacert", authority.certificate, "-H", "api-key: secret",
         f"{running.url}/collections", "-w", "%{http_version}"], capture_output=True, text=True)
    assert curl.stdout.endswith('"status":"ok"}1.1') or '"collections":[]' in curl.stdout, curl
    assert call(running, "unix", "GET", "/stats")[1].count('"tls":true') == 1


def test_qdrant_client(running):
    client = QdrantClient(url=running.url, api_key="secret", verify=running.context,
                          check_compatibility=False)
    client.create_collection("q", sparse_vectors_config={"r": models.SparseVectorParams()})
    client.upsert("q", wait=True, points=[
        models.PointStruct(id=id, vector={"r": models.SparseVector(indices=[id], values=[1])},
                           payload={"text": "x" * 1000}) for id in range(500)])
    assert client.count("q").count == 500
    assert len(client.scroll("q", limit=500)[0]) == 500
    client.delete_collection("q")


def test_an_answer_of_many_records_is_whole(running):
    """Larger than what a connection buffers, taken slowly."""
    with running.client(headers={"api-key": "secret"}, timeout=60) as client:
        client.put("/collections/large", json={})
        points = [{"id": id, "vector": {}, "payload": {"text": chr(97 + id % 26) * 100_000}}
                  for id in range(200)]
        for start in range(0, 200, 50):
            assert client.put("/collections/large/points?wait=true",
                              json={"points": points[start:start + 50]}).status_code == 200
        with client.stream("POST", "/collections/large/points/scroll",
                           json={"limit": 200}) as answer:
            pieces = []
            for piece in answer.iter_raw(1 << 20):
                pieces.append(piece)
                time.sleep(0.02)
        text = b"".join(pieces)
        assert len(text) == int(answer.headers["content-length"]) > 20_000_000
        assert all(chr(97 + id % 26).encode() * 100_000 in text for id in range(26))
        # What is asked for at the same time comes behind it, and a client that leaves takes nothing.
        body = b'{"limit": 200}'
        scroll = (b"POST /collections/large/points/scroll HTTP/1.1\r\nHost: localhost\r\napi-key: secret"
                  b"\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)) + body
        livez = b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        for leaves in [True, False]:
            with socket.create_connection(("127.0.0.1", running.port), timeout=30) as plain:
                with running.context.wrap_socket(plain, server_hostname="localhost") as connection:
                    connection.sendall(scroll + scroll + livez)
                    if leaves:
                        connection.recv(1000)
                        continue
                    answer = read_all(connection)
            assert answer.count(b"HTTP/1.1 200 OK\r\n") == 3
            points = text[text.index(b'"points"'):][:15_000_000]
            assert answer.count(points) == 2 and answer.endswith(b"livez check passed")
        client.delete("/collections/large")


@pytest.mark.parametrize("version", ["tls1_2", "tls1_3"])
def test_versions_and_protocol(running, authority, version):
    code, said = shake(running, f"-{version}", "-CAfile", authority.certificate, "-alpn",
                       "h2,http/1.1", "-verify_return_error")
    assert code == 0 and "ALPN protocol: http/1.1" in said, said
    assert "Verify return code: 0 (ok)" in said or "Verification: OK" in said


@pytest.mark.parametrize("version", ["tls1", "tls1_1"])
def test_old_versions_are_refused(running, version):
    before = running.metric("kindred_tls_handshake_failures_total")
    code, said = shake(running, f"-{version}", "-cipher", "ALL:@SECLEVEL=0")
    assert code != 0 and "protocol version" in said, said
    assert running.metric("kindred_tls_handshake_failures_total") == before + 1


def test_a_connection_ends_in_words(running):
    """The daemon says that it closes (close_notify), so that a client knows the answer is whole."""
    with socket.create_connection(("127.0.0.1", running.port), timeout=30) as plain:
        with running.context.wrap_socket(plain, server_hostname="localhost",
                                         suppress_ragged_eofs=False) as connection:
            connection.sendall(b"GET /livez HTTP/1.0\r\nHost: localhost\r\n\r\n")
            assert read_all(connection).endswith(b"livez check passed")


def test_a_client_that_goes_without_a_word(running):
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", running.port), timeout=30) as plain:
            connection = running.context.wrap_socket(plain, server_hostname="localhost")
            connection.sendall(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n")
            descriptor = connection.detach()
            os.close(descriptor)
    assert running.client().get("/livez").status_code == 200


@pytest.mark.parametrize("request_text", [
    b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"POST /collections HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 1_000_000])
def test_plain_http_is_told(running, request_text):
    with socket.create_connection(("127.0.0.1", running.port), timeout=30) as connection:
        connection.sendall(request_text)
        answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.1 400 ") and b"use https://" in answer


@pytest.mark.parametrize("noise", [
    b"\0", b"\x16", b"\x16\x03\x01\xff\xff" + b"\0" * 70_000, b"\x80\x2e\x01\x00\x02", b"get /\r\n",
    b"\x16\x03\x01\x00\x05hello", b"\x17\x03\x03\x00\x10" + b"a" * 16, b"\xff" + os.urandom(5000)])
def test_noise(running, noise):
    with socket.create_connection(("127.0.0.1", running.port), timeout=30) as connection:
        with contextlib.suppress(OSError):
            connection.sendall(noise)
            connection.shutdown(socket.SHUT_WR)
        assert b"HTTP" not in read_all(connection)
    assert running.client().get("/livez").status_code == 200


# Handshakes that take their time


def test_silent_and_slow_handshakes_are_cut(running):
    """After the time that a first header may take, 2 s here."""
    hello = io_hello()
    with contextlib.ExitStack() as stack:
        silent, half, slow = (stack.enter_context(
            socket.create_connection(("127.0.0.1", running.port), timeout=30)) for _ in range(3))
        half.sendall(hello[:50])

        def drip():
            with contextlib.suppress(OSError):
                for byte in hello:
                    slow.sendall(bytes([byte]))
                    time.sleep(0.1)

        dripping = threading.Thread(target=drip)
        dripping.start()
        for connection in [silent, half, slow]:
            read_all(connection)
        dripping.join()
    # One who has shaken hands and asks for nothing.
    with socket.create_connection(("127.0.0.1", running.port), timeout=30) as plain:
        with running.context.wrap_socket(plain, server_hostname="localhost") as connection:
            assert read_all(connection) == b""


def io_hello():
    """The first message of a handshake."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    connection = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname="localhost")
    with contextlib.suppress(ssl.SSLWantReadError):
        connection.do_handshake()
    return outgoing.read()


def test_half_open_handshakes_shut_nobody_out(running):
    """Five times as many as there may be connections."""
    hello = io_hello()
    with contextlib.ExitStack() as stack:
        connections = [stack.enter_context(
            socket.create_connection(("127.0.0.1", running.port), timeout=30)) for _ in range(40)]
        for count, connection in enumerate(connections):
            with contextlib.suppress(OSError):
                connection.sendall(hello[: count * 10])
        # All have come in, and most have had to go for the others.
        wait_until(lambda: len(select.select(connections, [], [], 0)[0]) >= 32)
        for _ in range(3):
            assert running.client(headers={"api-key": "secret"}).get("/collections").status_code == 200
            assert call(running, "unix", "GET", "/readyz")[0] == 200
        # Those that have been cut off are gone, and do not linger for the sake of a farewell.
        wait_until(lambda: running.metric("process_open_fds") < 60)


# Client certificates


@pytest.mark.parametrize("version", ["tls1_2", "tls1_3"])
def test_client_certificates(tmp_path, authority, server, version):
    clients = Authority(tmp_path / "clients", "clients")
    good, foreign = clients.issue("good"), authority.issue("foreign")
    expired = clients.issue("expired", days=(-3, -1))
    with secure(tmp_path, *server, authority, client=good,
                tls_client_ca=clients.certificate) as running:
        version = {"tls1_2": ssl.TLSVersion.TLSv1_2, "tls1_3": ssl.TLSVersion.TLSv1_3}[version]
        running.context.maximum_version = version
        for _ in range(3):
            with running.client() as client:
                assert [client.get("/collections").status_code for _ in range(3)] == [200] * 3
        # A session is taken up again, with the certificate that was shown before.
        session = None
        for _ in range(3):
            with socket.create_connection(("127.0.0.1", running.port), timeout=30) as plain:
                with running.context.wrap_socket(plain, server_hostname="localhost",
                                                 session=session) as connection:
                    connection.sendall(b"GET /livez HTTP/1.0\r\nHost: localhost\r\n\r\n")
                    assert read_all(connection).endswith(b"livez check passed")
                    session = connection.session
        for certificate in [None, foreign, expired]:
            context = ssl.create_default_context(cafile=str(authority.certificate))
            context.maximum_version = version
            if certificate:
                context.load_cert_chain(*map(str, certificate))
            with pytest.raises(httpx.TransportError):
                httpx.get(running.url + "/livez", verify=context)
        assert running.metric("kindred_tls_handshake_failures_total") == 3


# Files


@pytest.mark.parametrize("kind", ["ec", "p384", "rsa"])
def test_kinds_of_keys(tmp_path, authority, kind):
    certificate, key = authority.issue(f"of-{kind}", kind)
    with secure(tmp_path, certificate, key, authority) as running:
        assert running.client().get("/livez").status_code == 200


@pytest.mark.parametrize("form", ["traditional", "both in one file"])
def test_forms_of_keys(tmp_path, authority, form):
    certificate, key = authority.issue("form", "rsa")
    if form == "traditional":
        key.write_text(openssl("rsa", "-in", key, "-traditional"))
        assert "BEGIN RSA PRIVATE KEY" in key.read_text()
    else:
        key.write_text(key.read_text() + "\n" + certificate.read_text())
        certificate = key
    with secure(tmp_path, certificate, key, authority) as running:
        assert running.client().get("/livez").status_code == 200
        assert "can read the TLS key" not in running.log


@pytest.mark.parametrize("order", ["right", "reversed", "root too"])
def test_orders_of_the_chain(tmp_path, authority, order):
    between = Authority(tmp_path / "between", "between", signer=authority)
    certificate, key = between.issue(chain=[between] + [authority] * (order == "root too"))
    if order == "reversed":
        parts = certificate.read_text().split("-----END CERTIFICATE-----\n")
        certificate.write_text("-----END CERTIFICATE-----\n".join(parts[-2::-1] + [""]))
    with secure(tmp_path, certificate, key, authority) as running:
        assert running.client().get("/livez").status_code == 200


def test_wrong_files_are_named(tmp_path, authority, server):
    certificate, key = server
    (tmp_path / "empty").write_text("")
    (tmp_path / "cut").write_text(certificate.read_text()[:300])
    (tmp_path / "cut.key").write_text(key.read_text()[:100])
    openssl("x509", "-in", certificate, "-outform", "DER", "-out", tmp_path / "der")
    openssl("pkcs8", "-topk8", "-in", key, "-passout", "pass:x", "-out", tmp_path / "encrypted")
    openssl("ec", "-in", key, "-aes128", "-passout", "pass:x", "-out", tmp_path / "old-encrypted")
    other = new_key(tmp_path / "other.key")
    foreign_kind = new_key(tmp_path / "rsa.key", "rsa")
    (tmp_path / "huge").write_bytes(b"\0" * (2 << 20))
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "many").write_text(certificate.read_text() * 40)
    for wrong, file, reason in [
        ({"certificate": tmp_path / "none"}, "none", "No such file"),
        ({"certificate": tmp_path}, str(tmp_path), "is not a file"),
        ({"certificate": tmp_path / "pipe"}, "pipe", "is not a file"),
        ({"certificate": tmp_path / "huge"}, "huge", "more than"),
        ({"certificate": tmp_path / "empty"}, "empty", "holds no certificate"),
        ({"certificate": tmp_path / "der"}, "der", "must be PEM"),
        ({"certificate": tmp_path / "cut"}, "cut", "cut off"),
        ({"certificate": tmp_path / "many"}, "many", "at most 32"),
        ({"certificate": key}, "server.key", "holds no certificate but: PRIVATE KEY"),
        ({"key": certificate}, "server.pem", "holds no private key but: CERTIFICATE"),
        ({"key": tmp_path / "cut.key"}, "cut.key", "cut off"),
        ({"key": tmp_path / "encrypted"}, "encrypted", "openssl pkey"),
        ({"key": tmp_path / "old-encrypted"}, "old-encrypted", "openssl pkey"),
        ({"key": other}, "other.key", "belongs to no certificate in"),
        ({"key": foreign_kind}, "rsa.key", "belongs to no certificate in"),
        ({"client_ca": key}, "server.key", "`tls-client-ca`"),
        ({"certificate": ""}, "", "`tls-key` is set without `tls-certificate`"),
        ({"key": ""}, "", "`tls-certificate` is set without `tls-key`"),
        ({"key": "", "certificate": "", "client_ca": certificate}, "", "`tls-client-ca` is set"),
    ]:
        said = refusal(tmp_path, **({"certificate": certificate, "key": key} | wrong))
        assert file in said and reason in said, (wrong, said)


def test_warnings(tmp_path, authority):
    certificate, key = authority.issue("soon", days=(-1, 13))
    key.chmod(0o644)
    with secure(tmp_path, certificate, key, authority) as running:
        assert "the TLS certificate expires soon" in running.log
        assert "can read the TLS key" in running.log
        left = running.metric("kindred_tls_certificate_not_after_seconds") - time.time()
        assert 12.9 * 86400 < left < 13.1 * 86400
        assert running.client().get("/livez").status_code == 200


def test_an_expired_certificate_is_served_and_said(tmp_path, authority):
    with secure(tmp_path, *authority.issue("old", days=(-3, -1)), authority) as running:
        assert "the TLS certificate has expired" in running.log
        with pytest.raises(httpx.ConnectError, match="expired"):
            running.client().get("/livez")
        assert call(running, "unix", "GET", "/readyz")[0] == 200


# New files


def serial(running):
    """The name of the certificate that new connections are shown."""
    _, said = shake(running, "-showcerts")
    return re.search(r"subject=.*CN ?= ?(\S+)", said)[1]


def replace(pair, other):
    for path, new in zip(pair, other):
        shutil.copy(new, str(path) + ".new")
        os.replace(str(path) + ".new", path)


def test_new_files_under_load(tmp_path, authority):
    """No request fails, on connections that stay open and on new ones."""
    pair = authority.issue("first")
    others = [authority.issue("second", "rsa"), authority.issue("third")]
    with secure(tmp_path, *pair, authority) as running:
        stop = threading.Event()

        def ask(is_kept):
            count = 0
            with running.client() as client:
                while not stop.is_set():
                    answer = (client if is_kept else httpx).get(
                        running.url + "/collections", **{} if is_kept else {"verify": running.context})
                    assert answer.status_code == 200
                    count += 1
            return count

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            counts = [pool.submit(ask, number % 2 == 0) for number in range(4)]
            try:
                assert serial(running) == "first"
                for name, other in zip(["second", "third"], others):
                    replace(pair, other)
                    wait_until(lambda: serial(running) == name)
                    time.sleep(0.5)
            finally:
                stop.set()
            assert all(count.result() > 10 for count in counts)
        assert running.metric("kindred_tls_handshake_failures_total") == 0


def test_new_files_that_are_of_no_use(tmp_path, authority):
    pair = authority.issue("kept")
    good, old = authority.issue("good"), authority.issue("old", days=(-3, -1))
    with secure(tmp_path, *pair, authority) as running:
        def is_blocked():
            return running.metric("kindred_tls_reload_blocked")

        assert is_blocked() == 0
        # A key that does not belong to the certificate, no file, one that has expired.
        for reason, change in [
            ("belongs to no certificate", lambda: replace(pair[1:], good[1:])),
            ("No such file", lambda: pair[0].unlink()),
            ("has expired", lambda: replace(pair, old)),
        ]:
            change()
            wait_until(lambda: reason in call(running, "unix", "GET", "/readyz")[1])
            assert is_blocked() == 1 and reason in running.log
            assert serial(running) == "kept"
            assert running.client().get("/livez").status_code == 200
        replace(pair, good)
        wait_until(lambda: is_blocked() == 0)
        assert serial(running) == "good"
        assert running.client().get("/readyz").text == "all shards are ready"


def test_a_signal_has_the_files_read_at_once(tmp_path, authority):
    pair, others = authority.issue("served"), {name: authority.issue(name) for name in ["one", "two"]}
    with secure(tmp_path, *pair, authority) as running:
        for name in ["one", "two"] * 5:
            read = running.log.count("TLS certificate read")
            replace(pair, others[name])
            running.process.send_signal(signal.SIGHUP)
            wait_until(lambda: running.log.count("TLS certificate read") > read)
            assert serial(running) == name
        # Files of no use change nothing, and nothing has ended.
        replace(pair[1:], others["one"][1:])
        running.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "belongs to no certificate" in running.log)
        assert serial(running) == "two"
        assert running.client().get("/livez").status_code == 200


@pytest.mark.parametrize("clients, key, starts", [
    (False, None, False), (False, "secret", True), (True, None, True)])
def test_an_open_address_with_tls(tmp_path, authority, server, clients, key, starts):
    """It must be known who comes in: by a key, or by a certificate."""
    environment = {"KINDRED_TLS_CERTIFICATE": str(server[0]), "KINDRED_TLS_KEY": str(server[1])}
    if key:
        environment["KINDRED_API_KEY"] = key
    if clients:
        environment["KINDRED_TLS_CLIENT_CA"] = str(authority.certificate)
    with subprocess.Popen(
            [os.environ["KINDRED"], "serve", "--data-dir", str(tmp_path / "d"), "--http", "0.0.0.0:0"],
            stderr=subprocess.PIPE, text=True, env=os.environ | environment) as process:
        log = ""
        for line in process.stderr:
            log += line
            if "msg=ready" in line:
                process.terminate()
        assert process.wait(30) == (0 if starts else 1)
    assert ("msg=ready" in log) == starts
    assert ("without an API key: " in log) != starts
    assert "level=warning" not in log


def test_a_link_that_points_elsewhere(tmp_path, authority):
    """As certbot and Kubernetes keep their files."""
    first, second = authority.issue("link-1"), authority.issue("link-2")
    link = tmp_path / "live"
    folders = []
    for number, pair in enumerate([first, second]):
        folder = tmp_path / str(number)
        folder.mkdir()
        shutil.copy(pair[0], folder / "tls.crt")
        shutil.copy(pair[1], folder / "tls.key")
        folders.append(folder)
    link.symlink_to(folders[0])
    with secure(tmp_path, link / "tls.crt", link / "tls.key", authority) as running:
        assert serial(running) == "link-1"
        (tmp_path / "new").symlink_to(folders[1])
        os.replace(tmp_path / "new", link)
        wait_until(lambda: serial(running) == "link-2")


def test_a_page_of_the_daemon_may_call_it(running):
    headers = {"api-key": "secret", "origin": running.url}
    assert running.client(headers=headers).get("/collections").status_code == 200
    headers["origin"] = running.url.replace("https", "http")
    assert running.client(headers=headers).get("/collections").status_code == 403
