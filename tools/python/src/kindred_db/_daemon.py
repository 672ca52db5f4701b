"""A daemon as a child of this process."""
from __future__ import annotations

import os
import socket
import struct
import subprocess
import tempfile
import time
import weakref
from typing import IO, Optional

import httpx

from . import _binary
from ._errors import KindredError


class Daemon:
    """`kindred serve` on a data directory. It never outlives this process, however that ends: it stops
    when the pipe that is its standard input closes.
    """

    def __init__(self, directory: str, timeout: float):
        self.socket_path = os.path.join(directory, "kindred.sock")
        self._words: IO[bytes] = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            [_binary.path(), "serve", "--data-dir", directory, "--log-level", "warning",
             "--until-stdin-closes"],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=self._words,
            # Ctrl-C at the terminal is for this process; it stops the daemon when it is done.
            start_new_session=True, env=_binary.environment())
        self._stop = weakref.finalize(self, _stop, self._process, os.getpid())
        try:
            self._wait(time.monotonic() + timeout)
        except BaseException:
            self._stop()
            raise

    def _wait(self, deadline: float) -> None:
        with httpx.Client(transport=httpx.HTTPTransport(uds=self.socket_path)) as client:
            while True:
                if self._process.poll() is not None:
                    raise KindredError(self.words() or f"the daemon ended with {self._process.returncode}")
                try:
                    if self._listens() and client.get("http://localhost/readyz").status_code == 200:
                        return
                except (OSError, httpx.TransportError):
                    pass
                if time.monotonic() > deadline:
                    raise KindredError("the daemon is not ready yet; give `open` a longer timeout")
                time.sleep(0.01)

    def _listens(self) -> bool:
        """Whether it is this daemon that listens there, and not another one of the same directory."""
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect(self.socket_path)
            peer = probe.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
            return os.getsid(struct.unpack("3i", peer)[0]) == self._process.pid

    def words(self) -> str:
        """The warnings and errors that it has written."""
        lines = os.pread(self._words.fileno(), 1 << 20, 0).decode(errors="replace").splitlines()
        return "\n".join(line.replace("kindred serve: ", "", 1) for line in lines).strip()

    def stop(self) -> None:
        """Stops it; everything acknowledged is on disk. Does nothing when it has stopped."""
        code: Optional[int] = self._stop()
        if code:
            raise KindredError(self.words() or f"the daemon ended with {code}")


def _stop(process: "subprocess.Popen[bytes]", owner: int) -> Optional[int]:
    """Returns the daemon's exit code; nothing in a process that was forked off."""
    if os.getpid() != owner:
        return None
    if process.poll() is None:
        process.terminate()
        try:
            # It stops by itself within 10 seconds.
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.stdin:
        process.stdin.close()
    return process.returncode
