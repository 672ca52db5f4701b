"""What the daemon is measured with and beside: wrk, nginx and redis-server, of Debian.

`tools/bench` unpacks them into a folder (`$BENCH_TOOLS`) without installing them; those on the PATH
will do as well.
"""

import csv
import io
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

SCRIPT = pathlib.Path(__file__).with_name("wrk.lua")
NGINX = """
worker_processes auto; pid {folder}/nginx.pid; daemon off; {user}
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 1000000000;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; scgi_temp_path {folder}/scgi;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
  server {{
    listen 127.0.0.1:{port}; listen unix:{socket};
    location / {{ default_type application/json; return 200 '{{"result": true, "status": "ok"}}'; }}
  }}
}}
"""


class Missing(Exception):
    """Why a program cannot be used."""


def program(name):
    """Its path and the environment it wants. Raises Missing."""
    folder = os.environ.get("BENCH_TOOLS")
    if folder:
        for place in ("usr/bin", "usr/sbin"):
            path = pathlib.Path(folder) / place / name
            if path.exists():
                libraries = ":".join(map(str, pathlib.Path(folder).glob("usr/lib/*-linux-*")))
                return str(path), os.environ | {"LD_LIBRARY_PATH": libraries}
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if path is None:
        raise Missing(f"no {name}: neither on the PATH nor among Debian's packages here")
    return path, dict(os.environ)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class _Server:
    """A process with a TCP port and a socket, in a folder of its own, until `close`."""

    def __init__(self, name, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self.port, self.socket = free_port(), str(self.folder / "socket")
        path, environment = program(name)
        self._process = subprocess.Popen(
            [path, *self.arguments()], env=environment, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                with socket.socket(socket.AF_UNIX) as probe:
                    probe.connect(self.socket)
                return
            except OSError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    self.close()
                    raise Missing(f"{name} does not start")
                time.sleep(0.02)

    def close(self):
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.wait()


class Nginx(_Server):
    """Answers a constant, a worker for each processor."""

    def __init__(self, folder):
        super().__init__("nginx", folder)

    def arguments(self):
        configuration = self.folder / "nginx.conf"
        configuration.write_text(NGINX.format(
            folder=self.folder, port=self.port, socket=self.socket,
            user="user root;" if os.getuid() == 0 else ""))
        return ["-p", str(self.folder), "-c", str(configuration), "-e", str(self.folder / "errors")]


class Redis(_Server):
    """Syncs its file before it answers a SET (`appendfsync always`)."""

    def __init__(self, folder):
        super().__init__("redis-server", folder)

    def arguments(self):
        return ["--bind", "127.0.0.1", "--port", str(self.port), "--unixsocket", self.socket,
                "--save", "", "--appendonly", "yes", "--appendfsync", "always", "--dir",
                str(self.folder)]

    def measure(self, command, door, clients, seconds):
        """100 bytes at 100,000 keys; see `Load`."""
        path, environment = program("redis-benchmark")
        where = ["-s", self.socket] if door == "socket" else ["-p", str(self.port)]
        count, load = 200 * clients, None
        while load is None or load.seconds < seconds / 2 and count < 10_000_000:
            output = subprocess.run(
                [path, *where, "-t", command, "-c", str(clients), "-n", str(count), "-d", "100", "-r",
                 "100000", "--csv"], env=environment, capture_output=True, text=True, check=True).stdout
            row = next(csv.DictReader(io.StringIO(output)))
            rate = float(row["rps"])
            load = Load(rate, float(row["p50_latency_ms"]) * 1e3, float(row["p99_latency_ms"]) * 1e3, 0)
            load.seconds = count / rate
            count = max(count * 2, int(rate * seconds))
        return load


class Load:
    """`rate` answers a second; microseconds of the median answer and of the 99th percentile, None where
    they are not known; how many were refused."""

    def __init__(self, rate, median, p99, refused):
        self.rate, self.median, self.p99, self.refused = rate, median, p99, refused
        self.seconds = None


def run_wrk(url, method, bodies, clients, seconds, folder):
    """`bodies`: a file with one a line, or None. One thread, as the processors are the server's."""
    path, environment = program("wrk")
    figures = pathlib.Path(folder) / "wrk.json"
    environment |= {"BENCH_METHOD": method, "BENCH_BODIES": str(bodies or ""),
                    "BENCH_FIGURES": str(figures)}
    seconds = max(1, round(seconds))
    while True:
        figures.unlink(missing_ok=True)
        outcome = subprocess.run(
            [path, "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "60s", "-s", str(SCRIPT), url],
            env=environment, capture_output=True, text=True)
        if outcome.returncode != 0 or not figures.exists():
            raise RuntimeError(f"wrk: {outcome.stderr or outcome.stdout}")
        read = json.loads(figures.read_text())
        if read["failed"]:
            raise RuntimeError(f"wrk lost {read['failed']} connections or answers of {url}")
        answered = read["requests"] - read["refused"]
        # It leaves what is under way at the end: that must be few beside what it counted.
        if answered >= 4 * clients or seconds >= 60:
            # wrk's times are of all answers, and refusals are quick.
            times = (None, None) if read["refused"] else (read["p50"], read["p99"])
            load = Load(answered / read["seconds"], *times, read["refused"])
            load.seconds = read["seconds"]
            return load
        seconds *= 4
