"""The engines that are compared, behind one interface: load, open, search, close."""

import json
import os
import pathlib
import resource
import shutil
import subprocess
import time


class Kindred:
    """The library, in process of BenchWorker, over a pipe; times are taken on its side."""

    def __init__(self, worker):
        self._process = subprocess.Popen(
            [worker], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, op, **arguments):
        self._process.stdin.write(json.dumps({"op": op, **arguments}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"BenchWorker ended during {op}")
        return json.loads(line)

    def search(self, query, runs=1, filter=None, vectors=False, limit=20, op="search", **more):
        if filter:
            more["filter"] = filter
        return self.ask(
            op, runs=runs, vectors=vectors, limit=limit, indices=list(query),
            values=list(query.values()), **more)

    def close(self):
        self._process.stdin.close()
        self._process.wait()


class QdrantEdge:
    """Qdrant's engine in process, from PyPI."""

    def __init__(self, folder):
        import qdrant_edge

        self._edge = qdrant_edge
        self._folder = str(folder)
        self._shard = None

    def load(self, points):
        edge = self._edge
        shutil.rmtree(self._folder, ignore_errors=True)
        os.makedirs(self._folder)
        self._shard = edge.EdgeShard.create(
            self._folder,
            edge.EdgeConfig(vectors={}, sparse_vectors={"ratings": edge.EdgeSparseVectorParams()}))
        for key in ("age", "part"):
            self._update(
                edge.UpdateOperation.create_field_index(key, edge.PayloadSchemaType.Integer))
        seconds = 0.0
        for first in range(0, points.count, 256):
            batch = []
            for row in range(first, min(first + 256, points.count)):
                dimensions, weights = points.row(row)
                batch.append(
                    (row + 1, dimensions.tolist(), weights.tolist(), points.payload(row)))
            start = time.perf_counter()
            self._update(
                edge.UpdateOperation.upsert_points([
                    edge.Point(id, {"ratings": edge.SparseVector(indices=i, values=v)}, payload)
                    for id, i, v, payload in batch
                ]))
            seconds += time.perf_counter() - start
        start = time.perf_counter()
        self._shard.flush()
        self._shard.optimize()
        return seconds + time.perf_counter() - start

    def _update(self, operation):
        self._shard.update(operation)

    def open(self, query):
        """Opens and searches once; returns the seconds."""
        start = time.perf_counter()
        self._shard = self._edge.EdgeShard.load(self._folder)
        self.search(query)
        return time.perf_counter() - start

    def search(self, query, runs=1, filter=None, vectors=False, limit=20):
        """Times in microseconds and the points found."""
        edge = self._edge
        condition = None
        if filter:
            condition = edge.Filter(must=[
                edge.FieldCondition(
                    key=filter["key"],
                    match=edge.MatchValue(value=int(filter["from"])))
                if filter["from"] == filter["to"] else edge.FieldCondition(
                    key=filter["key"],
                    range=edge.RangeFloat(gte=filter["from"], lte=filter["to"]))
            ])
        vector = edge.SparseVector(indices=list(query), values=list(query.values()))
        times, found = [], None
        for _ in range(runs):
            request = edge.QueryRequest(
                limit=limit, query=edge.Query.Nearest(vector, using="ratings"),
                with_vector=vectors, with_payload=False, filter=condition)
            start = time.perf_counter()
            found = self._shard.query(request)
            times.append((time.perf_counter() - start) * 1e6)
        return {"times": times, "ids": [point.id for point in found]}

    def close(self):
        if self._shard is not None:
            self._shard.close()
        self._shard = None


def bytes_on_disk(folder):
    """Allocated bytes of all files under `folder`."""
    return sum(
        path.stat().st_blocks * 512 for path in pathlib.Path(folder).rglob("*") if path.is_file())


def peak_resident():
    """Of this process, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
