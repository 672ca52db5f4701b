"""Qdrant's engine in process: qdrant-edge-py, from PyPI. Without and with indexes of payload fields."""

import time

import qdrant_edge as edge


class Engine:
    CAN = {"filter", "vectors", "open", "negative", "durable"}

    def __init__(self, folder, indexed):
        self._folder, self._indexed, self._shard = folder, indexed, None

    def load(self, points):
        self._shard = edge.EdgeShard.create(
            self._folder,
            edge.EdgeConfig(vectors={}, sparse_vectors={"ratings": edge.EdgeSparseVectorParams()}))
        if self._indexed:
            for key in ("age", "part"):
                self._shard.update(
                    edge.UpdateOperation.create_field_index(key, edge.PayloadSchemaType.Integer))
        seconds = 0.0
        for first in range(0, points.count, 256):
            batch = []
            for row in range(first, min(first + 256, points.count)):
                dimensions, weights = points.row(row)
                batch.append((row + 1, dimensions.tolist(), weights.tolist(), points.payload(row)))
            start = time.perf_counter()
            self._shard.update(
                edge.UpdateOperation.upsert_points([
                    edge.Point(id, {"ratings": edge.SparseVector(indices=i, values=v)}, payload)
                    for id, i, v, payload in batch
                ]))
            seconds += time.perf_counter() - start
        start = time.perf_counter()
        self._shard.flush()
        self._shard.optimize()
        return seconds + time.perf_counter() - start

    def open(self):
        self._shard = edge.EdgeShard.load(self._folder)

    def close(self):
        self._shard.close()
        self._shard = None

    def prepare(self, query, limit, filter, vectors):
        condition = None
        if filter:
            low, high = int(filter["from"]), int(filter["to"])
            condition = edge.Filter(must=[
                edge.FieldCondition(key=filter["key"], match=edge.MatchValue(value=low))
                if low == high else edge.FieldCondition(
                    key=filter["key"], range=edge.RangeFloat(gte=low, lte=high))
            ])
        vector = edge.SparseVector(indices=query[0], values=query[1])

        def ready():
            request = edge.QueryRequest(
                limit=limit, query=edge.Query.Nearest(vector, using="ratings"), with_vector=vectors,
                with_payload=False, filter=condition)
            return lambda: self._shard.query(request)

        return ready

    def ids(self, found):
        return [point.id for point in found]
