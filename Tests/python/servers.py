"""Servers for tests of clients: a daemon with keys, and HTTP servers that answer what a test wants."""
import contextlib
import http.server
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time

import httpx

from conftest import Daemon, free_port


class KeyedDaemon(Daemon):
    """A daemon with API keys."""
    key = "open-sesame"
    read_only_key = "look-only"

    def start(self):
        self.port = free_port()
        self.process = subprocess.Popen(
            [os.environ["KINDRED"], "serve", "--data-dir", self.directory,
             "--http", f"127.0.0.1:{self.port}"],
            stderr=subprocess.PIPE,
            env={**os.environ, "KINDRED_API_KEY": self.key,
                 "KINDRED_READ_ONLY_API_KEY": self.read_only_key})
        deadline = time.monotonic() + 60
        while True:
            try:
                if httpx.get(self.url + "/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(self.process.stderr.read().decode())
            time.sleep(0.02)


@contextlib.contextmanager
def keyed_daemon():
    directory = tempfile.mkdtemp(prefix="kindred-")
    daemon = KeyedDaemon(directory)
    try:
        yield daemon
    finally:
        if daemon.process.poll() is None:
            daemon.stop(signal.SIGKILL)
        shutil.rmtree(directory, ignore_errors=True)


class Call:
    """A request as a test looks at it."""

    def __init__(self, method, path, headers, body):
        self.method, self.path, self.headers, self.body = method, path, headers, body

    @property
    def target(self):
        return self.path.split("?")[0]


@contextlib.contextmanager
def server(answer):
    """An HTTP server at the address given out. `answer` takes a `Call` and gives a status, headers and a
    body, or None for a connection that is closed without a word."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self):
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            given = answer(Call(self.command, self.path, self.headers, body))
            if given is None:
                self.close_connection = True
                return
            status, headers, text = given
            text = text.encode() if isinstance(text, str) else text
            self.send_response(status)
            for name, value in {**headers, "content-length": str(len(text))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = handle_any

        def log_message(self, *_):
            pass

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_):
            pass

    running = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{running.server_port}"
    finally:
        running.shutdown()
        running.server_close()


def passing_on(url, hides=lambda call: None):
    """Answers what the server at `url` answers, or what `hides` gives for a call."""
    client = httpx.Client(base_url=url, timeout=60)

    def answer(call):
        given = hides(call)
        if given is not None:
            return given
        headers = {name: value for name, value in call.headers.items()
                   if name.lower() in ("content-type", "api-key")}
        found = client.request(call.method, call.path, content=call.body, headers=headers)
        return found.status_code, {"content-type": found.headers.get("content-type", "")}, found.content

    return answer


# What only Kindred has.
OWN_ENDPOINTS = ("/stats", "/recommend", "/ratings", "/compact", "/item-model")


def without_own_endpoints(call):
    """Answers as a Qdrant server does that knows nothing of such paths."""
    if any(call.target.endswith(name) or f"{name}/" in call.target for name in OWN_ENDPOINTS):
        return 404, {}, ""
    return None
