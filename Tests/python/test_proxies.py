"""The configurations of docs/guide/proxies.md, run by the proxies themselves in front of a real daemon.

Debian's packages `nginx` and `caddy` bring them; the tests skip without."""
import concurrent.futures
import contextlib
import json
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import time

import httpx
import pytest
from qdrant_client import QdrantClient

from certificates import Authority
from conftest import free_port
from test_doors import LONG_READ, fill
from test_hostile import call, daemon, wait_until

PAGE = (pathlib.Path(__file__).parents[2] / "docs" / "guide" / "proxies.md").read_text()
NAME = "vectors.example.org"
KEY = "open sesame"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
CADDY = shutil.which("caddy")
needs_nginx = pytest.mark.skipif(not NGINX, reason="no nginx: apt-get install nginx")


def blocks(kind):
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


class Proxy:
    """A running proxy, and the daemon behind it."""

    def __init__(self, process, port, authority, backend, log):
        self.process, self.port, self.authority, self.backend, self.log = \
            process, port, authority, backend, log
        self.context = ssl.create_default_context(cafile=str(authority.certificate))

    def client(self, **options):
        """Asks for the name, and is led to the proxy here."""
        mount = httpx.HTTPTransport(verify=self.context)
        client = httpx.Client(base_url=f"https://{NAME}:{self.port}", timeout=60,
                              headers={"api-key": KEY}, transport=Here(mount, self.port), **options)
        return client

    def connect(self):
        plain = socket.create_connection(("127.0.0.1", self.port))
        plain.settimeout(60)
        return self.context.wrap_socket(plain, server_hostname=NAME)


class Here(httpx.BaseTransport):
    """What a name server would do."""

    def __init__(self, base, port):
        self.base, self.port = base, port

    def handle_request(self, request):
        request.headers["host"] = NAME
        request.extensions["sni_hostname"] = NAME
        request.url = request.url.copy_with(host="127.0.0.1")
        return self.base.handle_request(request)

    def close(self):
        self.base.close()


@contextlib.contextmanager
def backend(tmp_path, **settings):
    documented = json.loads(blocks("json")[0])
    assert documented["allowed-hosts"] == [NAME]
    with daemon(tmp_path, key=KEY, allowed_hosts=",".join(documented["allowed-hosts"]),
                allowed_origins=",".join(documented["allowed-origins"]), **settings) as running:
        yield running


def until_it_listens(process, port, log):
    def listens():
        assert process.poll() is None, log.read_text()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return True
        return False

    wait_until(listens)


@contextlib.contextmanager
def nginx(tmp_path, running, extra=""):
    """nginx with the page's configuration: its addresses and files are the test's, and nothing else."""
    authority = Authority(tmp_path)
    chain, key = authority.issue("proxy", host=NAME)
    port = free_port()
    configuration = blocks("nginx")[0]
    for old, new in [
            ("server 127.0.0.1:6333;", f"server 127.0.0.1:{running.port};"),
            ("listen 443 ssl http2;", f"listen 127.0.0.1:{port} ssl http2;"),
            (f"/etc/ssl/{NAME}/chain.pem", str(chain)), (f"/etc/ssl/{NAME}/key.pem", str(key)),
            ("    location / {", extra + "    location / {")]:
        assert configuration.count(old) == 1, old
        configuration = configuration.replace(old, new)
    folder = tmp_path / "nginx"
    folder.mkdir()
    kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    (folder / "nginx.conf").write_text(
        f"daemon off;\npid {folder}/pid;\nerror_log {folder}/error.log;\nworker_processes 1;\n"
        + ("user root;\n" if os.geteuid() == 0 else "")
        + "events { worker_connections 256; }\nhttp {\n" + f"access_log {folder}/access.log;\n"
        + "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds) + configuration + "}\n")
    log = folder / "error.log"
    process = subprocess.Popen(
        [NGINX, "-p", str(folder), "-e", str(log), "-c", str(folder / "nginx.conf")],
        stderr=subprocess.DEVNULL)
    try:
        until_it_listens(process, port, log)
        yield Proxy(process, port, authority, running, log)
    finally:
        process.terminate()
        process.wait(30)


@contextlib.contextmanager
def caddy(tmp_path, running):
    authority = Authority(tmp_path)
    chain, key = authority.issue("proxy", host=NAME)
    port = free_port()
    configuration = blocks("caddy")[0]
    for old, new in [
            (f"{NAME} {{", f"https://{NAME}:{port} {{\n\tbind 127.0.0.1\n\ttls {chain} {key}"),
            ("reverse_proxy 127.0.0.1:6333", f"reverse_proxy 127.0.0.1:{running.port}")]:
        assert configuration.count(old) == 1, old
        configuration = configuration.replace(old, new)
    folder = tmp_path / "caddy"
    folder.mkdir()
    (folder / "Caddyfile").write_text("{\n\tadmin off\n\tauto_https off\n}\n" + configuration)
    log = folder / "log"
    with open(log, "wb") as output:
        process = subprocess.Popen(
            [CADDY, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"],
            stderr=output, env=os.environ | {"HOME": str(folder), "XDG_DATA_HOME": str(folder),
                                             "XDG_CONFIG_HOME": str(folder)})
    try:
        until_it_listens(process, port, log)
        yield Proxy(process, port, authority, running, log)
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def proxy(request, tmp_path_factory):
    make = {"nginx": NGINX and nginx, "caddy": CADDY and caddy}[request.param]
    if not make:
        pytest.skip(f"no {request.param}: apt-get install {request.param}")
    folder = tmp_path_factory.mktemp(request.param)
    with backend(folder) as running, make(folder, running) as proxy:
        assert call(running, "unix", "PUT", "/collections/c", {"sparse_vectors": {"r": {}}})[0] == 200
        yield proxy


def points(first, count, byte_count):
    """A body of points with payloads, of so many bytes."""
    head, tail = b'{"points":[', b"]}"
    each = (byte_count - len(head) - len(tail) - count) // count
    body = []
    for id in range(first, first + count):
        begin = b'{"id":%d,"vector":{"r":{"indices":[1],"values":[1]}},"payload":{"text":"' % id
        body.append(begin + b"x" * (each - len(begin) - 3) + b'"}}')
    body = head + b",".join(body) + tail
    return body + b" " * (byte_count - len(body))


JSON = {"content-type": "application/json"}


def test_a_client_and_its_key(proxy):
    with proxy.client() as client:
        assert client.get("/collections/c").json()["result"]["status"] == "green"
        assert client.put("/collections/c/points?wait=true", content=points(1, 3, 1000),
                          headers=JSON).status_code == 200
        client.headers["api-key"] = "wrong"
        assert client.get("/collections/c").status_code == 401
        assert client.get("/metrics").status_code == 403
        assert client.get("/readyz").text == "all shards are ready"


def test_requests_share_connections(proxy):
    """A thousand requests at the proxy are a few connections at the daemon."""
    def ask(_):
        with proxy.client() as client:
            return [client.get("/collections/c").status_code for _ in range(100)]

    def connections():
        return len(os.listdir(f"/proc/{proxy.backend.process.pid}/fd"))

    before = connections()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert set(sum(pool.map(ask, range(10)), [])) == {200}
    assert connections() - before <= 40


def test_the_largest_body_and_one_that_is_larger(proxy):
    with proxy.client() as client:
        largest = points(100, 64, 32 << 20)
        assert len(largest) == 32 << 20
        answer = client.put("/collections/c/points?wait=true", content=largest, headers=JSON)
        assert answer.status_code == 200, answer.text
        # It is refused; where that comes before all of it is sent, the connection ends.
        with contextlib.suppress(httpx.TransportError):
            assert client.put("/collections/c/points", content=largest + b" ",
                              headers=JSON).status_code == 413
        # Of a length that is not said beforehand.
        pieces = (largest[at:at + (1 << 20)] for at in range(0, len(largest), 1 << 20))
        assert client.put("/collections/c/points?wait=true", content=pieces,
                          headers=JSON).status_code == 200
        # A large answer.
        answer = client.post("/collections/c/points/scroll", json={"limit": 100, "with_payload": True})
        assert len(answer.content) > 30 << 20 and len(answer.json()["result"]["points"]) == 67
        assert client.post("/collections/c/points/delete?wait=true",
                           json={"points": list(range(100, 164))}).status_code == 200


def test_pages_of_other_hosts_and_names(proxy):
    with proxy.client() as client:
        own = {"origin": f"https://{NAME}"}
        assert client.post("/collections/c/points/count", json={}, headers=own).status_code == 200
        for origin in ["https://evil.example", f"https://{NAME}:444", f"https://{NAME}.evil.example"]:
            assert client.post("/collections/c/points/count", json={},
                               headers={"origin": origin}).status_code == 403
    # The daemon itself is asked by other names, too.
    for host, status in [(NAME, 200), (NAME + ":443", 200), ("evil.example", 403), ("kindred", 403)]:
        assert call(proxy.backend, "tcp", "GET", "/collections/c", headers=[f"api-key: {KEY}"],
                    host=host)[0] == status


def test_the_page_behind_a_name(proxy):
    with proxy.client() as client:
        led = client.get("/", headers={"accept": "text/html"})
        assert led.status_code == 303
        assert led.next_request.url.path == "/dashboard"
        page = client.get("/dashboard")
        for path in re.findall(r'(?:href|src)="(dashboard/[^"]+)"', page.text):
            assert client.get("/" + path).status_code == 200


def test_a_snapshot_goes_out_and_in(proxy, tmp_path):
    with proxy.client() as client:
        name = client.post("/collections/c/snapshots").json()["result"]["name"]
        content = client.get(f"/collections/c/snapshots/{name}").content
        answer = client.post("/collections/copy/snapshots/upload?priority=snapshot",
                             files={"snapshot": (name, content)})
        assert answer.status_code == 200, answer.text
        counts = [client.post(f"/collections/{name}/points/count", json={}).json()["result"]
                  for name in ["c", "copy"]]
        assert counts[0] == counts[1]
        assert client.delete("/collections/copy").status_code == 200


# What a proxy keeps away from the daemon


@pytest.fixture
def behind_nginx(tmp_path):
    if not NGINX:
        pytest.skip("no nginx: apt-get install nginx")
    with backend(tmp_path) as running, nginx(tmp_path, running) as proxy:
        yield proxy


def test_slow_clients_wait_at_the_proxy(behind_nginx):
    """Clients that send a byte now and then: the daemon hears nothing of them, and serves others."""
    fill(behind_nginx.backend, 10)
    head = (f"PUT /collections/c/points HTTP/1.1\r\nHost: {NAME}\r\napi-key: {KEY}\r\n"
            "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n").encode()
    before = len(os.listdir(f"/proc/{behind_nginx.backend.process.pid}/fd"))
    slow = [behind_nginx.connect() for _ in range(50)]
    for connection in slow:
        connection.sendall(head + b'{"points"')
    with behind_nginx.client() as client:
        for _ in range(20):
            assert client.get("/collections/c").status_code == 200
            for connection in slow:
                connection.sendall(b" ")
    assert len(os.listdir(f"/proc/{behind_nginx.backend.process.pid}/fd")) - before < 10
    for connection in slow:
        connection.close()


def test_a_search_ends_when_its_client_has_gone(behind_nginx):
    running = behind_nginx.backend
    fill(running)

    def processor_seconds():
        fields = pathlib.Path(f"/proc/{running.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    with behind_nginx.connect() as connection:
        connection.sendall(
            b"POST /collections/c/points/query/batch?timeout=300 HTTP/1.1\r\nHost: %s\r\napi-key: %s\r\n"
            b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            % (NAME.encode(), KEY.encode(), len(LONG_READ)) + LONG_READ)
        started = processor_seconds()
        wait_until(lambda: processor_seconds() > started + 0.5)

    def rests():
        before = processor_seconds()
        time.sleep(0.5)
        return processor_seconds() - before < 0.1

    # It would work for a minute and more.
    wait_until(rests)


def test_the_daemon_is_stopped_and_started_behind_it(behind_nginx):
    running = behind_nginx.backend
    with behind_nginx.client() as client:
        assert client.get("/collections").status_code == 200
        assert running.stop() == 0
        assert client.get("/collections").status_code == 502
        port = running.port
        process = subprocess.Popen(
            [os.environ["KINDRED"], "serve", "--data-dir", running.directory, "--http",
             f"127.0.0.1:{port}"], stderr=subprocess.DEVNULL,
            env=os.environ | {"KINDRED_API_KEY": KEY, "KINDRED_ALLOWED_HOSTS": NAME})
        try:
            wait_until(lambda: client.get("/readyz").status_code == 200)
            assert client.get("/collections").status_code == 200
        finally:
            process.terminate()
            assert process.wait(30) == 0


@needs_nginx
def test_under_a_path(tmp_path):
    path = blocks("nginx")[1]
    with backend(tmp_path) as running, nginx(tmp_path, running, extra=path) as proxy, \
            proxy.client() as client:
        assert call(running, "unix", "PUT", "/collections/c", {"sparse_vectors": {"r": {}}})[0] == 200
        led = client.get("/vectors/", headers={"accept": "text/html"})
        assert led.status_code == 303 and led.next_request.url.path == "/vectors/dashboard"
        assert client.get("/vectors/dashboard/").next_request.url.path == "/vectors/dashboard"
        page = client.get("/vectors/dashboard")
        files = re.findall(r'(?:href|src)="([^"#][^"]*)"', page.text)
        assert len(files) >= 3
        for file in files:
            assert client.get(str(page.url.join(file).path)).status_code == 200, file
        assert client.get("/vectors/collections/c").status_code == 200
        qdrant = QdrantClient(url=f"https://127.0.0.1:{proxy.port}", prefix="vectors", api_key=KEY,
                              verify=False, headers={"host": NAME}, check_compatibility=False)
        assert [each.name for each in qdrant.get_collections().collections] == ["c"]


# Who asks


@needs_nginx
def test_addresses_of_clients_are_logged(tmp_path):
    log = tmp_path / "log"
    with open(log, "wb") as output:
        environment = {"KINDRED_LOG_FORMAT": "json", "KINDRED_LOG_REQUESTS": "true",
                       "KINDRED_API_KEY": KEY, "KINDRED_ALLOWED_HOSTS": NAME}
        port = free_port()
        process = subprocess.Popen(
            [os.environ["KINDRED"], "serve", "--data-dir", str(tmp_path / "d"), "--http",
             f"127.0.0.1:{port}"], stderr=output, env=os.environ | environment)

    class Running:
        pass

    Running.port, Running.process = port, process
    try:
        with nginx(tmp_path, Running) as proxy, proxy.client() as client:
            wait_until(lambda: client.get("/readyz").status_code == 200)
            client.get("/collections", headers={"x-forwarded-for": "6.6.6.6"})
    finally:
        process.terminate()
        assert process.wait(30) == 0
    events = [json.loads(line) for line in log.read_text().splitlines()]
    asked = [event for event in events if event.get("path") == "/collections"]
    # What the client says of itself is not passed on.
    assert [event["forwarded_for"] for event in asked] == ["127.0.0.1"]
    assert asked[0]["peer"].startswith("127.0.0.1:")
