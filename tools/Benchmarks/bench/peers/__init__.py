"""The other engines, each in a process of its own (`__main__.py` is its other end).

So that each one's memory is its own, and a peer that is missing or breaks takes nothing else with it.
"""

import json
import os
import subprocess
import sys

# Name → (module, arguments of its Engine, what to know of its figures).
EIGHT_BITS = "weights quantised to 8 bits"
PEERS = {
    "Qdrant Edge": ("qdrant", {"indexed": False}, None),
    "Qdrant Edge, payload indexes": ("qdrant", {"indexed": True}, None),
    "scipy": ("columns", {}, None),
    "PISA, MaxScore": ("pisa", {"algorithm": "maxscore"}, EIGHT_BITS),
    "PISA, block-max MaxScore": ("pisa", {"algorithm": "block_max_maxscore"}, EIGHT_BITS),
    "bmp, blocks of 16": ("block_max", {"block": 16}, EIGHT_BITS),
    "bmp, blocks of 64": ("block_max", {"block": 64}, EIGHT_BITS),
}


class Missing(Exception):
    """Why a peer does not take part."""


class Peer:
    """A peer's process; what it is asked is what BenchWorker is asked."""

    def __init__(self, name, folder):
        """Raises Missing when it cannot be had here."""
        module, arguments, self.note = PEERS[name]
        self.name = name
        self.folder = str(folder)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.peers", module, self.folder, json.dumps(arguments)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})
        try:
            self.can = self.ask("hello")["can"]
        except Missing:
            self.close()
            raise

    @property
    def process(self):
        return self._process.pid

    def ask(self, op, **arguments):
        try:
            self._process.stdin.write(json.dumps({"op": op, **arguments}) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise Missing(f"its process ended during {op}, status {self._process.wait()}")
        answer = json.loads(line)
        if "error" in answer:
            raise Missing(answer["error"])
        return answer

    def search(self, queries, runs=1, filter=None, vectors=False, limit=20):
        """For each query `times` in microseconds and `ids`."""
        return self.ask(
            "search", queries=[[list(query), list(query.values())] for query in queries], runs=runs,
            filter=filter, vectors=vectors, limit=limit)["found"]

    def close(self):
        try:
            self._process.stdin.close()
        except BrokenPipeError:
            pass
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
