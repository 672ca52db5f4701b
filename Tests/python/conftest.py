"""Starts real daemons for the tests: `KINDRED` names the binary."""
import contextlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import grpc
import httpx
import pytest
from qdrant_client import QdrantClient
from qdrant_client.http.exceptions import UnexpectedResponse


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Daemon:
    """A `kindred serve` process on a data directory of its own."""

    def __init__(self, directory):
        self.directory = directory
        self.process = None
        self.start()

    @property
    def socket_path(self):
        return os.path.join(self.directory, "kindred.sock")

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        self.port, self.grpc_port = free_port(), free_port()
        self.process = subprocess.Popen(
            [os.environ["KINDRED"], "serve", "--data-dir", self.directory,
             "--http", f"127.0.0.1:{self.port}", "--grpc", f"127.0.0.1:{self.grpc_port}"],
            stderr=subprocess.PIPE)
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

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        code = self.process.wait(timeout=30)
        self.process.stderr.close()
        return code

    def over_tcp(self):
        return QdrantClient(url=self.url)

    def over_grpc(self):
        return QdrantClient(url=self.url, prefer_grpc=True, grpc_port=self.grpc_port)

    def over_socket(self):
        return QdrantClient(
            url="http://localhost", transport=httpx.HTTPTransport(uds=self.socket_path),
            check_compatibility=False)


@contextlib.contextmanager
def running_daemon():
    # Not pytest's own folder: its paths can exceed what a socket's name may have.
    directory = tempfile.mkdtemp(prefix="kindred-")
    daemon = Daemon(directory)
    try:
        yield daemon
    finally:
        if daemon.process.poll() is None:
            daemon.stop(signal.SIGKILL)
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def daemon():
    with running_daemon() as daemon:
        yield daemon


@pytest.fixture
def second_daemon():
    with running_daemon() as daemon:
        yield daemon


@pytest.fixture(params=["tcp", "socket"])
def client(request, daemon):
    return getattr(daemon, "over_" + request.param)()


@pytest.fixture(params=["tcp", "socket", "grpc"])
def client_of_any_door(request, daemon):
    return getattr(daemon, "over_" + request.param)()


GRPC_CODES = {
    400: grpc.StatusCode.INVALID_ARGUMENT, 404: grpc.StatusCode.NOT_FOUND,
    409: grpc.StatusCode.ALREADY_EXISTS, 422: grpc.StatusCode.INVALID_ARGUMENT,
}


@contextlib.contextmanager
def refused(status, text=""):
    """Expects that the client's call is refused: over gRPC with the code that stands for the status."""
    with pytest.raises((UnexpectedResponse, grpc.RpcError)) as error:
        yield
    if isinstance(error.value, UnexpectedResponse):
        assert error.value.status_code == status
        assert text in error.value.content.decode()
    else:
        assert error.value.code() == GRPC_CODES[status]
        assert text in error.value.details()


@pytest.fixture
def ml_1m():
    """The ML-1M folder; the test skips where there is none."""
    root = pathlib.Path(__file__).parents[2]
    for base in [os.environ.get("MOVIELENS_DIR"), root.parent / "shared" / "movielens"]:
        for folder in [pathlib.Path(base), pathlib.Path(base, "ml-1m")] if base else []:
            if (folder / "ratings.dat").exists():
                return folder
    pytest.skip("no MovieLens 1M: set MOVIELENS_DIR")
