"""A daemon of a run's own, and connections to it. Standard library only."""

import ctypes
import http.client
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time

# Of the thread that fell alone: all of it takes a quarter of a minute.
BACKTRACE = "threads=crashed,registers=none,images=none,color=no,limit=24,symbolicate=fast"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def in_child():
    # A core file of a daemon that fell is of no use, and large.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform.startswith("linux"):
        # The daemon ends with whoever started it, however that ends: PR_SET_PDEATHSIG.
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Client:
    """One connection, kept while the daemon keeps it."""

    def __init__(self, port):
        self.port = port
        self.connection = None

    def send(self, method, path, data=None, headers=None, timeout=120):
        """The status and the body of one request.
        - Raises: OSError when no answer comes."""
        # A connection that was closed while nothing went over it is no fault of the request.
        for attempt in (1, 2):
            fresh = self.connection is None
            if fresh:
                self.connection = http.client.HTTPConnection(
                    "127.0.0.1", self.port, timeout=timeout
                )
            try:
                self.connection.request(method, path, data, headers or {})
                answer = self.connection.getresponse()
                body = answer.read()
                if answer.will_close:
                    self.disconnect()
                return answer.status, body
            except (OSError, http.client.HTTPException) as error:
                self.disconnect()
                if fresh or isinstance(error, TimeoutError):
                    raise OSError(f"no answer: {error!r}") from error
        raise AssertionError

    def disconnect(self):
        if self.connection:
            self.connection.close()
        self.connection = None


class Daemon(Client):
    """A process on a data directory of its own; what it logs stands beside the directory."""

    def __init__(self, binary, directory, **settings):
        self.binary, self.directory = binary, str(directory)
        self.environment = {
            f"KINDRED_{name.upper()}": str(value) for name, value in settings.items()
        }
        self.log_path = self.directory.rstrip("/") + ".log"
        self.process = None
        super().__init__(free_port())
        self.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        self.port = free_port()
        self.disconnect()
        with open(self.log_path, "ab") as log:
            self.log_offset = log.tell()
            self.process = subprocess.Popen(
                [
                    self.binary,
                    "serve",
                    "--data-dir",
                    self.directory,
                    "--http",
                    f"127.0.0.1:{self.port}",
                ],
                stdout=subprocess.DEVNULL,
                stderr=log,
                env={"SWIFT_BACKTRACE": BACKTRACE, **os.environ, **self.environment},
                preexec_fn=in_child,
            )
        deadline = time.monotonic() + 120
        while True:
            try:
                if self.send("GET", "/readyz")[0] == 200:
                    return
            except OSError:
                pass
            if not self.lives or time.monotonic() > deadline:
                raise DoesNotStart(self.log())
            time.sleep(0.01)

    @property
    def lives(self):
        return self.process.poll() is None

    def log(self):
        """What it wrote since it was started."""
        with open(self.log_path, "rb") as log:
            log.seek(self.log_offset)
            return log.read().decode(errors="replace")

    def stop(self, how=signal.SIGTERM, timeout=60):
        """Its exit code, and how long it took."""
        self.disconnect()
        begin = time.monotonic()
        self.process.send_signal(how)
        try:
            code = self.process.wait(timeout=timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            code = None
        return code, time.monotonic() - begin

    def close(self):
        if self.process and self.lives:
            self.process.kill()
            self.process.wait()
        self.disconnect()

    def memory(self, field):
        """Kilobytes, as /proc has them: VmRSS, VmHWM, RssAnon."""
        with open(f"/proc/{self.process.pid}/status") as status:
            for line in status:
                if line.startswith(field + ":"):
                    return int(line.split()[1])
        return 0


class DoesNotStart(Exception):
    pass


def where_it_fell(log):
    """The lines of a backtrace that say where, without addresses."""
    lines = [
        line
        for line in log.splitlines()
        if re.search(r"Fatal error|Crash: |Precondition|trap", line)
    ]
    places = re.findall(r" in (.+?) at (\S+?):(\d+)", log)
    own = [
        f"{name} {os.path.basename(path)}:{line}"
        for name, path, line in places
        if "/Sources/" in path
    ]
    return (
        " | ".join([re.sub(r"0x[0-9a-f]+", "…", line)[:120] for line in lines[:1]] + own[:2])
        or "no trace"
    )
