"""What the daemon says of itself and of requests: one line an event, whatever others put into it."""
import json
import os
import signal
import subprocess
import time

import httpx
import pytest

from conftest import Daemon, free_port
from test_hostile import call, raw, wait_until


class LoggedDaemon(Daemon):
    """Its log goes to a file."""

    def __init__(self, directory, **settings):
        self.settings = {f"KINDRED_{name.upper()}": str(value) for name, value in settings.items()}
        self.log_path = directory + ".log"
        super().__init__(directory)

    def start(self):
        self.port = free_port()
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                [os.environ["KINDRED"], "serve", "--data-dir", self.directory,
                 "--http", f"127.0.0.1:{self.port}"], stderr=log, env=os.environ | self.settings)
        wait_until(self.is_ready)

    def is_ready(self):
        assert self.process.poll() is None, self.lines()
        try:
            return httpx.get(self.url + "/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        return self.process.wait(timeout=30)

    def lines(self):
        with open(self.log_path, "rb") as log:
            content = log.read()
        assert not content or content.endswith(b"\n")
        # As programs split lines that know Unicode, and as those do that know bytes.
        text = content.decode()
        assert text.splitlines() == text.split("\n")[:-1]
        return text.splitlines()

    def requests(self):
        return [event for event in map(json.loads, self.lines()) if event["msg"] == "request"]


@pytest.fixture
def logged(tmp_path):
    running = []

    def start(**settings):
        running.append(LoggedDaemon(str(tmp_path / f"d{len(running)}"), **settings))
        return running[-1]

    yield start
    for daemon in running:
        if daemon.process.poll() is None:
            assert daemon.stop() == 0


def test_json_has_an_object_a_line(logged):
    daemon = logged(log_format="json")
    assert daemon.stop() == 0
    events = [json.loads(line) for line in daemon.lines()]
    assert [event["msg"] for event in events][-3:] == ["ready", "stopping", "stopped"]
    for event in events:
        assert list(event)[:3] == ["ts", "level", "msg"]
        assert time.strptime(event["ts"].split(".")[0], "%Y-%m-%dT%H:%M:%S")
    opened = next(event for event in events if event["msg"] == "store open")
    assert opened["collections"] == 0 and 0 <= opened["seconds"] < 60


def test_requests_are_said_when_asked_for(logged):
    quiet, text, daemon = (logged(), logged(log_requests="true"),
                           logged(log_format="json", log_requests="true", api_key="open sesame",
                                  read_only_api_key="look only"))
    key = ["api-key: open sesame"]
    for each in [quiet, text, daemon]:
        assert call(each, "tcp", "PUT", "/collections/c?timeout=7&api_key=other",
                    {"sparse_vectors": {"secret body": {}}}, headers=key)[0] == 200
        assert call(each, "unix", "GET", "/collections/c")[0] == 200
    assert call(daemon, "tcp", "GET", "/collections")[0] == 401
    assert call(daemon, "tcp", "DELETE", "/collections/c",
                headers=["Authorization: Bearer look only"])[0] == 403
    assert call(daemon, "tcp", "GET", "/none", headers=key)[0] == 404
    assert call(daemon, "tcp", "POST", "/collections/c", headers=key)[0] == 405
    assert call(daemon, "tcp", "GET", "/collections/c", headers=key, host="evil.example")[0] == 403
    refused = raw(daemon, "tcp", b"PUT /collections/c/points HTTP/1.1\r\nHost: localhost\r\n"
                  b"api-key: open sesame\r\nContent-Type: application/json\r\n"
                  b"Content-Length: 99999999\r\nConnection: close\r\n\r\n")
    assert refused.startswith(b"HTTP/1.1 413")

    assert not any("msg=request" in line for line in quiet.lines())
    assert any('msg=request' in line and "path=/collections/c " in line and "status=200" in line
               for line in text.lines())
    # Those of health that `Daemon` sends are said, too.
    requests = [event for event in daemon.requests() if event["path"] != "/readyz"]
    assert [(event["method"], event["path"], event["status"]) for event in requests] == [
        ("PUT", "/collections/c", 200), ("GET", "/collections/c", 200), ("GET", "/collections", 401),
        ("DELETE", "/collections/c", 403), ("GET", "/none", 404), ("POST", "/collections/c", 405),
        ("GET", "/collections/c", 403), ("PUT", "/collections/c/points", 413)]
    for event in requests:
        assert event["level"] == "info" and event["ms"] >= 0 and event["bytes"] > 0
    assert requests[0]["peer"].startswith("127.0.0.1:") and requests[1]["peer"] == "socket"
    for secret in ["sesame", "look only", "secret body", "timeout", "other"]:
        assert not any(secret in line for each in [text, daemon] for line in each.lines())


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_nobody_forges_lines(logged, log_format):
    daemon = logged(log_format=log_format, log_requests="true")
    forged = 'ts=2026-01-01T00:00:00.000Z level=error msg="disk failed"'
    values = [
        f'1.2.3.4" status=200 {forged}', "1.2.3.4\\", '{"msg": "disk failed"}', "x" * 9000,
        f"\u2028{forged}", f"\u2029{forged}", f"\x85{forged}", "\x9b31mred", "\u202egnp.exe",
        f"tab\there", "naïve", "\N{WASTEBASKET}", f"\x7f{forged}",
        '"' * 3000, "\x9b" * 3000]
    for value in values:
        for place in ["forwarded", "path"]:
            header = value if place == "forwarded" else "1.2.3.4"
            path = value.replace(" ", "%20") if place == "path" else "/livez"
            raw(daemon, "tcp", f"GET /{path.removeprefix('/')} HTTP/1.1\r\nHost: localhost\r\n"
                f"X-Forwarded-For: {header}\r\nConnection: close\r\n\r\n".encode())
    # Neither do bytes that are not text, or that end a line.
    for value in [b"\xff\xfe", b"\xed\xa0\x80", b"a\r\n b", b"a\rb", b"a\nb", b"a\x00b", b"a\x1b[2Jb"]:
        raw(daemon, "tcp", b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: " + value
            + b"\r\nConnection: close\r\n\r\n")
    lines = daemon.lines()
    assert not any(control in line for line in lines
                   for control in ["\x1b", "\x9b", "\x7f", "\u202e", "\x00", "\t"])
    # What a pipe takes at once.
    assert all(len(line.encode()) < 4096 for line in lines)
    if log_format == "text":
        assert all(line.startswith("ts=2") and line.count(" msg=") >= 1 for line in lines)
        assert sum("level=error" in line.split(" msg=")[0] for line in lines) == 0
    else:
        said = {event.get("forwarded_for") for event in daemon.requests()}
        # As it was sent, for whoever decodes it; too much of it is cut.
        assert {values[0], values[1], values[2], values[4], values[10], values[11]} <= said
        assert any(value and value.startswith("xxx") and len(value) == 1001 for value in said)
        assert all(event["level"] == "info" for event in map(json.loads, lines))


def test_nobody_waits_for_who_reads_the_log(tmp_path):
    """A pipe that is full, and nobody at its other end."""
    os.environ["KINDRED_LOG_REQUESTS"] = "true"
    try:
        daemon = Daemon(str(tmp_path / "d"))
    finally:
        del os.environ["KINDRED_LOG_REQUESTS"]
    try:
        with httpx.Client(base_url=daemon.url, timeout=20) as client:
            for _ in range(1000):
                assert client.get("/livez").status_code == 200

            def dropped():
                line = next(line for line in client.get("/metrics").text.splitlines()
                            if line.startswith("kindred_log_lines_dropped_total "))
                return int(line.split()[1])

            count = dropped()
            assert count > 100
            # Whoever reads again sees whole lines, and the next ones.
            head = os.read(daemon.process.stderr.fileno(), 1 << 16)
            wait_until(lambda: client.get("/collections").status_code == 200)
            rest = os.read(daemon.process.stderr.fileno(), 1 << 16)
            lines = (head + rest).decode().splitlines()
            assert all(line.startswith("ts=2") for line in lines) and "path=/collections " in lines[-1]
        assert daemon.process.poll() is None
    finally:
        daemon.process.send_signal(signal.SIGTERM)
        daemon.process.communicate(timeout=30)
    assert daemon.process.returncode == 0


@pytest.mark.parametrize("settings, words", [
    ({"log_format": "xml"}, "`log-format` is 'xml', expected text or json"),
    ({"log_requests": "yes"}, "`log-requests` is 'yes', expected true or false"),
])
def test_wrong_values_are_named(tmp_path, settings, words):
    environment = {f"KINDRED_{name.upper()}": value for name, value in settings.items()}
    done = subprocess.run([os.environ["KINDRED"], "serve", "--data-dir", str(tmp_path / "d")],
                          env=os.environ | environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and words in done.stderr
    assert not (tmp_path / "d").exists()


def test_a_file_may_say_true(tmp_path):
    settings = tmp_path / "kindred.json"
    settings.write_text(json.dumps({
        "data-dir": str(tmp_path / "d"), "log-format": "json", "log-requests": True}))
    with open(tmp_path / "log", "wb") as log:
        process = subprocess.Popen([os.environ["KINDRED"], "serve", "--config", str(settings)], stderr=log)

    class Running:
        socket_path = str(tmp_path / "d" / "kindred.sock")

    try:
        wait_until(lambda: os.path.exists(Running.socket_path))
        wait_until(lambda: call(Running, "unix", "GET", "/readyz")[0] == 200)
    finally:
        process.terminate()
        assert process.wait(30) == 0
    assert '"path":"/readyz"' in (tmp_path / "log").read_text()
