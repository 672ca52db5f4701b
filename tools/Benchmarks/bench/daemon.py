"""A daemon of the bench's own, and what loading takes: `kindred load` and bodies of many points."""

import contextlib
import http.client
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import time

from . import goals
from .servers import free_port


class Daemon:
    def __init__(self, kindred, folder):
        self._kindred, self.folder = kindred, str(folder)
        self.socket = f"{folder}/kindred.sock"
        self.port = free_port()
        self._process = subprocess.Popen(
            [kindred, "serve", "--data-dir", self.folder, "--http", f"127.0.0.1:{self.port}"],
            stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                if b" 200 " in self.send(request("GET", "/readyz")):
                    return
            except OSError:
                pass
            time.sleep(0.01)
        self.stop()
        raise RuntimeError("the daemon does not get ready")

    def send(self, message):
        """One request on a connection of its own; returns the answer's first line."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self.socket)
            connection.sendall(message)
            return connection.recv(65536).split(b"\r\n")[0]

    def call(self, method, path, body=None):
        """The answer's JSON. Raises RuntimeError for another status than 200."""
        with self.connection() as call:
            return call(method, path, body)

    @contextlib.contextmanager
    def connection(self):
        """`call`, over one connection for all of them."""
        connection = _Connection(self.socket)

        def call(method, path, body=None):
            connection.request(
                method, path, None if body is None else json.dumps(body),
                {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{method} {path}: {answer.status} {text[:500]!r}")
            return json.loads(text)

        try:
            yield call
        finally:
            connection.close()

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self._process.pid}/stat").read_text().split()
        return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")

    def run(self, *arguments):
        return subprocess.run(
            [self._kindred, *arguments, "--data-dir", self.folder], check=True,
            capture_output=True, text=True).stdout

    def stop(self):
        self._process.send_signal(signal.SIGTERM)
        self._process.wait()


class _Connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=600)
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def request(method, path, body=None):
    text = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    head = (f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(text)}\r\n\r\n")
    return head.encode() + text


def measure(report, options, folder, bandwidth):
    text = pathlib.Path(folder) / "text"
    users = 6040 * max(options.copies)
    subprocess.run(
        [options.kindred, "generate", "movielens", str(text), "--users", str(users)], check=True,
        capture_output=True)
    server = Daemon(options.kindred, pathlib.Path(folder) / "daemon")
    try:
        summary = json.loads(
            server.run("load", "movielens", str(text), "--json", "--no-progress"))
        report.add(
            f"kindred load of {summary['ratings']:,} ratings from text", summary["seconds"],
            summary["read_seconds"], "s", goal=goals.TEXT_LOAD, peer_name="reading and parsing them")
        server.run("compact")
        upserts(report, server, bandwidth)
    finally:
        server.stop()


def upserts(report, server, bandwidth):
    """Bodies of about 8 MB, one after the other."""
    server.send(request(
        "PUT", "/collections/bodies", {"sparse_vectors": {"ratings": {}}}))
    generator = random.Random(3)
    bodies, refused = [], []
    for first in range(0, 20_000, 2_500):
        points = []
        for id in range(first, first + 2_500):
            dimensions = sorted(generator.sample(range(4000), 160))
            points.append({
                "id": id, "payload": {"age": 25, "gender": "F"},
                "vector": {"ratings": {
                    "indices": dimensions,
                    "values": [round(generator.gauss(0, 1), 6) for _ in dimensions]}}})
        path = "/collections/bodies/points?wait=true"
        bodies.append(request("PUT", path, {"points": points}))
        twice = {"ratings": {"indices": [1, 1], "values": [1, 1]}}
        refused.append(request("PUT", path, {"points": [*points, {"id": 1, "vector": twice}]}))
    seconds, processor = send(server, refused, b" 422 ")
    size = sum(map(len, bodies)) / 1e6
    report.add(
        "JSON upserts, decoded and refused for their last point, by processor time of the daemon",
        size / processor, None, "MB/s", goal=goals.JSON_BODIES, more=True, bound=bandwidth / 1e6)
    seconds, processor = send(server, bodies, b" 200 ")
    report.add("JSON upserts over the socket, synced", size / seconds, None, "MB/s", more=True)
    report.add(
        "the same, by processor time of the daemon (all of its threads)", size / processor, None,
        "MB/s", goal=goals.JSON_BODIES, more=True)


def send(server, requests, status):
    """Seconds, and processor seconds of the daemon."""
    processor = server.cpu_seconds()
    start = time.perf_counter()
    for message in requests:
        if status not in server.send(message):
            raise RuntimeError(f"not answered{status.decode()}")
    return time.perf_counter() - start, server.cpu_seconds() - processor
