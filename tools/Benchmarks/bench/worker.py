"""Kindred's library, in process of BenchWorker, over a pipe; times are taken on its side."""

import json
import pathlib
import subprocess


class Kindred:
    def __init__(self, worker):
        self._process = subprocess.Popen(
            [worker], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    @property
    def process(self):
        return self._process.pid

    def ask(self, op, **arguments):
        self._process.stdin.write(json.dumps({"op": op, **arguments}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"BenchWorker ended during {op}")
        answer = json.loads(line)
        if answer.get("error"):
            raise RuntimeError(f"BenchWorker, {op}: {answer['error']}")
        return answer

    def search(self, queries, runs=1, filter=None, vectors=False, limit=20, op="search"):
        """For each query `times` in microseconds, `ids`, and `scores` as bit patterns."""
        more = {"filter": filter} if filter else {}
        return self.ask(
            op, queries=queries_as_json(queries), runs=runs, vectors=vectors, limit=limit,
            **more)["found"]

    def close(self):
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


def queries_as_json(queries):
    return [{"indices": list(query), "values": list(query.values())} for query in queries]


def bytes_on_disk(folder):
    """Allocated bytes of all files under `folder`."""
    return sum(
        path.stat().st_blocks * 512 for path in pathlib.Path(folder).rglob("*") if path.is_file())
