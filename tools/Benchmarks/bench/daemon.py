"""Figures of the daemon: latency, throughput and loading, over the control socket."""

import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import time

from . import data, engines
from .report import median, percentile99


class Daemon:
    def __init__(self, kindred, folder):
        self._kindred, self.folder = kindred, str(folder)
        self.socket = f"{folder}/kindred.sock"
        self._process = subprocess.Popen(
            [kindred, "serve", "--data-dir", self.folder], stderr=subprocess.DEVNULL)
        for _ in range(1000):
            try:
                if b" 200 " in self.send(request("GET", "/readyz")):
                    return
            except OSError:
                pass
            time.sleep(0.01)
        raise RuntimeError("the daemon does not get ready")

    def send(self, message):
        """One request on a connection of its own; returns the answer's first line."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self.socket)
            connection.sendall(message)
            return connection.recv(65536).split(b"\r\n")[0]

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
    worker = engines.Kindred(options.worker)
    try:
        summary = json.loads(
            server.run("load", "movielens", str(text), "--json", "--no-progress"))
        report.add(
            f"kindred load of {summary['ratings']:,} ratings from text, beside reading and parsing "
            "them", summary["seconds"], summary["read_seconds"], "s", goal=2)
        server.run("compact")
        latency(report, worker, server)
        upserts(report, server, bandwidth)
    finally:
        worker.close()
        server.stop()


def latency(report, worker, server):
    vector = {
        "indices": list(data.MY_RATINGS), "values": [float(w) for w in data.MY_RATINGS.values()]}
    query = request(
        "POST", "/collections/movielens/points/query",
        {"query": vector, "using": "ratings", "limit": 20})
    ask = lambda message, clients=1, runs=2000: worker.ask(
        "http", socket=server.socket, request=message.decode(), clients=clients, runs=runs)
    static, single = [], []
    for _ in range(5):
        static += ask(request("GET", "/livez"), runs=500)["times"]
        single += ask(query, runs=500)["times"]
    report.add(
        "one client's query over the control socket, beside a static answer", median(single),
        median(static), goal=2, p99=percentile99(single))
    for clients in (8, 64):
        answer = ask(query, clients, 8000 // clients)
        report.add(
            f"queries a second, {clients} clients", 8000 / answer["seconds"], None, "1/s", more=True)


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
        size / processor, None, "MB/s", goal=150, more=True, bound=bandwidth / 1e6)
    seconds, processor = send(server, bodies, b" 200 ")
    report.add("JSON upserts over the socket, synced", size / seconds, None, "MB/s", more=True)
    report.add(
        "the same, by processor time of the daemon (all of its threads)", size / processor, None,
        "MB/s", goal=150, more=True)


def send(server, requests, status):
    """Seconds, and processor seconds of the daemon."""
    processor = server.cpu_seconds()
    start = time.perf_counter()
    for message in requests:
        if status not in server.send(message):
            raise RuntimeError(f"not answered{status.decode()}")
    return time.perf_counter() - start, server.cpu_seconds() - processor
