"""The heaviest reads that are allowed, sent by eight clients, beside everything that must not wait.

`python -m fuzzing.load` prints how long the others waited, and ends with 1 when that was too long.
"""

import argparse
import functools
import json
import os
import shutil
import tempfile
import threading
import time

from .daemon import Client, Daemon
from .text import encode

POINTS = 20_000
C = "/collections/c"
JSON = {"Content-Type": "application/json"}
TIMEOUT = 2


def point(id):
    return {
        "id": id,
        "vector": {
            "d": [id % 97, 1, id % 13, 2],
            "m": [[id % 7, 1], [1, id % 11]],
            "s": {
                "indices": sorted({1, 2, *range(id % 500, id % 500 + 60)}),
                "values": [1 + id % 3] * len({1, 2, *range(id % 500, id % 500 + 60)}),
            },
        },
        "payload": {
            "n": id,
            "k": f"k{id}",
            "text": f"word{id % 100} and another {id} " * 10,
            "tags": [f"t{id % 50}-{i}" for i in range(30)],
            "f": id / 7,
        },
    }


def fill(daemon, count=POINTS):
    """A store on which every one of `heavy` takes long."""

    def send(method, path, body=None):
        status, answer = daemon.send(method, path, None if body is None else encode(body), JSON)
        assert status == 200, answer

    send(
        "PUT",
        C,
        {
            "vectors": {
                "d": {"size": 4, "distance": "Cosine"},
                "m": {
                    "size": 2,
                    "distance": "Dot",
                    "multivector_config": {"comparator": "max_sim"},
                },
            },
            "sparse_vectors": {"s": {"modifier": "idf"}},
        },
    )
    for field, kind in {"n": "integer", "k": "keyword", "tags": "keyword"}.items():
        send("PUT", f"{C}/index", {"field_name": field, "field_schema": kind})
    for start in range(0, count, 1000):
        send(
            "PUT",
            f"{C}/points?wait=true",
            {"points": [point(id) for id in range(start, start + 1000)]},
        )
    send("POST", "/flush")


def substring(text):
    return {"key": "text", "match": {"substring": text}}


@functools.cache
def heavy():
    """Name → path and body. Made once: while Python makes them, nobody measures anything."""
    sparse = {"indices": list(range(500)), "values": [1.5] * 500}
    examples = list(range(2000))
    best = {
        "using": "s",
        "limit": 1000,
        "query": {
            "recommend": {"positive": examples, "negative": examples, "strategy": "best_score"}
        },
    }
    conditions = [substring(f"nowhere{i}") for i in range(1000)]
    everything = {"prefetch": {"query": {"sample": "random"}, "limit": 100_000}, "limit": 1000}
    tree = {"query": {"nearest": sparse}, "using": "s", "limit": 20_000}
    for _ in range(3):
        tree = {"prefetch": [tree, tree, tree], "query": {"fusion": "rrf"}, "limit": 20_000}
    bodies = {
        "recommend": ("points/query", best),
        "batch": ("points/query/batch", {"searches": [best] * 20}),
        "matrix": ("points/search/matrix/pairs", {"using": "s", "sample": 20_000, "limit": 1000}),
        "groups": (
            "points/query/groups",
            {
                "using": "s",
                "query": sparse,
                "group_by": "tags[]",
                "limit": 100_000,
                "group_size": 100,
                "with_payload": True,
            },
        ),
        "feedback": (
            "points/query",
            {
                "using": "s",
                "query": {
                    "relevance_feedback": {
                        "target": 1,
                        "feedback": [{"example": i, "score": i} for i in range(3000)],
                        "strategy": {"naive": {"a": 1, "b": 1, "c": 1}},
                    }
                },
            },
        ),
        "substring": ("points/count", {"filter": {"should": conditions}}),
        "facet": ("facet", {"key": "tags", "limit": 100_000, "filter": {"should": conditions}}),
        "selector": (
            "points/scroll",
            {"limit": 20_000, "with_payload": [f"none{i}" for i in range(20_000)]},
        ),
        "formula": (
            "points/query",
            {
                **everything,
                "query": {
                    "formula": {"sum": [{"mult": ["$score", "n", {"exp": {"neg": "f"}}]}] * 1600}
                },
            },
        ),
        "conditions": (
            "points/query",
            {
                **everything,
                "query": {"formula": {"sum": [substring(f"nowhere{i}") for i in range(1000)]}},
            },
        ),
        "diversity": (
            "points/query",
            {
                "using": "s",
                "limit": 16_384,
                "query": {"nearest": sparse, "mmr": {"candidates_limit": 16_384}},
            },
        ),
        "prefetches": ("points/query", tree),
        "context": (
            "points/query",
            {
                "using": "m",
                "limit": 1000,
                "query": {"context": [{"positive": i, "negative": i + 1} for i in range(3000)]},
            },
        ),
        "multivector": ("points/query", {"using": "m", "query": [[1, 2]] * 20_000, "limit": 1000}),
        "ids": (
            "points/scroll",
            {
                "filter": {"must": [{"has_id": list(range(50_000))} for _ in range(20)]},
                "limit": 1000,
                "with_vector": True,
            },
        ),
        "scrolls": (
            "points/query/batch",
            {
                "searches": [
                    {
                        "limit": 20_000,
                        "with_payload": False,
                        "filter": {"must_not": conditions[:10]},
                    }
                ]
                * 200
            },
        ),
    }
    return {
        name: (f"{C}/{path}?timeout={TIMEOUT}", json.dumps(body).encode())
        for name, (path, body) in bodies.items()
    }


class Load:
    """Eight clients that send `heavy` reads one after the other until it is left.
    Invariant: `taken` has the seconds of every one that was answered."""

    def __init__(self, daemon, clients=8, only=None):
        self.daemon, self.only = daemon, only
        self.taken, self.statuses = [], set()
        self.ending = threading.Event()
        self.threads = [
            threading.Thread(target=self.send, args=(number,)) for number in range(clients)
        ]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        # Until all are in the middle of it.
        time.sleep(0.5)
        return self

    def __exit__(self, *_):
        self.ending.set()
        for thread in self.threads:
            thread.join()

    def send(self, number):
        requests = [
            (name, *request)
            for name, request in heavy().items()
            if not self.only or name in self.only
        ]
        client = Client(self.daemon.port)
        while not self.ending.is_set():
            name, path, data = requests[number % len(requests)]
            number += 3
            begin = time.monotonic()
            try:
                status, _ = client.send("POST", path, data, JSON)
            except OSError:
                # The daemon is being stopped.
                if self.daemon.process.poll() is not None or self.ending.wait(0.05):
                    return
                continue
            self.taken.append((time.monotonic() - begin, name, status))
            self.statuses.add(status)
            if status == 429:
                self.ending.wait(0.05)
        client.disconnect()

    def worst(self):
        return sorted(self.taken, reverse=True)[:5]


def poll(daemon, path, seconds, pause=0.01):
    """Seconds that each answer took; the connection is kept."""
    client = Client(daemon.port)
    found = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        begin = time.monotonic()
        status, _ = client.send("GET", path)
        found.append(time.monotonic() - begin)
        assert status == 200, (path, status)
        time.sleep(pause)
    client.disconnect()
    return found


def percentile(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def main():
    parser = argparse.ArgumentParser(prog="fuzzing.load", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument(
        "--slack", type=float, default=0.1, help="seconds that a loaded machine adds"
    )
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="kindred-load-")
    daemon = Daemon(os.environ["KINDRED"], folder + "/d")
    bounds = []
    try:
        fill(daemon)
        for name, (path, data) in heavy().items():
            begin = time.monotonic()
            status, _ = daemon.send("POST", path, data, JSON)
            taken = time.monotonic() - begin
            bounds.append(taken <= TIMEOUT + 0.1 + options.slack)
            print(f"alone {name:12} {len(data):>9} B  {status} {taken:6.2f} s", flush=True)
        with Load(daemon) as load:
            for path in ["/livez", "/readyz", "/metrics", "/collections"]:
                found = poll(daemon, path, options.seconds)
                bounds.append(percentile(found, 0.99) <= 0.05 + options.slack)
                print(
                    f"{path:12} {len(found):>5} answers, median {percentile(found, 0.5) * 1000:.1f} ms, "
                    f"99th {percentile(found, 0.99) * 1000:.1f} ms, most {max(found) * 1000:.1f} ms",
                    flush=True,
                )
            code, seconds = daemon.stop()
            bounds.append(code == 0 and seconds <= 10 + options.slack)
            print(f"SIGTERM under load: exit code {code} after {seconds:.2f} s")
        print(f"{len(load.taken)} reads, statuses {sorted(load.statuses)}, slowest:")
        for taken, name, status in load.worst():
            print(f"  {name:12} {taken:.2f} s {status}")
    finally:
        daemon.close()
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if all(bounds) else 1


if __name__ == "__main__":
    raise SystemExit(main())
