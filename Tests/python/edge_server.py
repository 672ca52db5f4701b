"""Qdrant's own engine (qdrant-edge-py) behind as much of Qdrant's REST API as the command line uses: a
server that has nothing of Kindred's own."""
import concurrent.futures
import contextlib
import json
import tempfile
import urllib.parse
import uuid

import pytest

from servers import server

edge = pytest.importorskip("qdrant_edge", reason="no qdrant-edge-py for this Python or machine")


class Missing(Exception):
    """A request that the server does not know."""


class Refusal(Exception):
    def __init__(self, status, message):
        self.status, self.message = status, message


def condition(wire):
    if "has_id" in wire:
        return edge.HasIdCondition({point_id(i) for i in wire["has_id"]})
    if "match" in wire:
        return edge.FieldCondition(key=wire["key"], match=edge.MatchValue(value=wire["match"]["value"]))
    if "range" in wire:
        return edge.FieldCondition(key=wire["key"], range=edge.RangeFloat(**wire["range"]))
    if {"must", "must_not", "should"} & set(wire):
        return filter_of(wire)
    raise Refusal(400, f"Format error in JSON body: no such condition: {wire}")


def filter_of(wire):
    if not wire:
        return None
    return edge.Filter(**{name: [condition(part) for part in parts] for name, parts in wire.items()})


def point_id(wire):
    return uuid.UUID(wire) if isinstance(wire, str) else wire


def vector_of(wire):
    if isinstance(wire, dict) and "indices" in wire:
        return edge.SparseVector(**wire)
    if isinstance(wire, dict):
        return {name: vector_of(vector) for name, vector in wire.items()}
    return wire


def wire_vector(vector):
    if isinstance(vector, edge.SparseVector):
        return {"indices": list(vector.indices), "values": list(vector.values)}
    if isinstance(vector, dict):
        return {name: wire_vector(part) for name, part in vector.items()}
    if vector is None or not isinstance(vector, (list, tuple)):
        return {} if vector is None else list(vector)
    return [wire_vector(part) if isinstance(part, (list, tuple)) else part for part in vector]


def wire_point(point, **more):
    return {"id": point.id if isinstance(point.id, int) else str(point.id), **more,
            "payload": point.payload, "vector": wire_vector(point.vector)}


class Collection:
    def __init__(self, body):
        self.body, self.indexes = body, {}
        dense = body.get("vectors") or {}
        dense = {"": dense} if "size" in dense else dense
        self.shard = edge.EdgeShard.create(tempfile.mkdtemp(prefix="kindred-edge-"), edge.EdgeConfig(
            vectors={name: edge.EdgeVectorParams(
                size=part["size"], distance=getattr(edge.Distance, part["distance"]),
                multivector_config=edge.MultiVectorConfig(edge.MultiVectorComparator.MaxSim)
                if "multivector_config" in part else None) for name, part in dense.items()},
            sparse_vectors={name: edge.EdgeSparseVectorParams(
                modifier=edge.Modifier.Idf if (part or {}).get("modifier") == "idf" else None)
                # One at least is what the engine wants, where Qdrant does not.
                for name, part in (body.get("sparse_vectors") or ({} if dense else {"none": {}})).items()}))

    def info(self):
        parameters = {name: self.body[name] for name in (
            "vectors", "sparse_vectors", "shard_number", "replication_factor") if name in self.body}
        parameters.setdefault("vectors", {})
        return {
            "status": "green", "points_count": self.count({}), "segments_count": 1,
            "config": {"params": parameters, "hnsw_config": self.body.get("hnsw_config"),
                       "metadata": self.body.get("metadata")},
            "payload_schema": {field: {"data_type": schema if isinstance(schema, str) else schema["type"],
                                       **({} if isinstance(schema, str) else {"params": schema}), "points": 0}
                               for field, schema in self.indexes.items()}}

    def index(self, body):
        schema = body["field_schema"]
        kind = schema if isinstance(schema, str) else schema["type"]
        self.shard.update(edge.UpdateOperation.create_field_index(
            body["field_name"], getattr(edge.PayloadSchemaType, kind.capitalize())))
        self.indexes[body["field_name"]] = schema

    def put(self, body):
        self.shard.update(edge.UpdateOperation.upsert_points([
            edge.Point(point_id(point["id"]), vector_of(point["vector"]), point.get("payload") or {})
            for point in body["points"]]))

    def count(self, body):
        return self.shard.count(edge.CountRequest(exact=True, filter=filter_of(body.get("filter"))))

    def retrieve(self, body):
        return [wire_point(point) for point in self.shard.retrieve(
            [point_id(i) for i in body["ids"]], body.get("with_payload", True), body.get("with_vector", False))]

    def scroll(self, body):
        offset = body.get("offset")
        points, following = self.shard.scroll(edge.ScrollRequest(
            offset=None if offset is None else point_id(offset), limit=body.get("limit", 10),
            filter=filter_of(body.get("filter")), with_payload=body.get("with_payload", True),
            with_vector=body.get("with_vector", False)))
        return {"points": [wire_point(point) for point in points],
                "next_page_offset": following if following is None or isinstance(following, int)
                else str(following)}

    def query(self, body):
        found = self.shard.query(edge.QueryRequest(
            limit=body["limit"], filter=filter_of(body.get("filter")),
            query=edge.Query.Nearest(vector_of(body["query"]), using=body["using"]),
            with_vector=body.get("with_vector", False), with_payload=body.get("with_payload", False)))
        return {"points": [wire_point(point, version=0, score=point.score) for point in found]}

    def delete(self, body):
        self.shard.update(
            edge.UpdateOperation.delete_points([point_id(i) for i in body["points"]]) if "points" in body
            else edge.UpdateOperation.delete_points_by_filter(filter_of(body["filter"])))


class Store:
    def __init__(self):
        self.collections = {}
        # The engine's objects belong to one thread.
        self.thread = concurrent.futures.ThreadPoolExecutor(1)

    def answer(self, call):
        body = json.loads(call.body) if call.body else {}
        try:
            result = self.thread.submit(self.result, call.method, call.target, body).result()
            return 200, {}, json.dumps({"result": result, "status": "ok", "time": 0.0})
        except Missing:
            return 404, {}, ""
        except Refusal as refusal:
            return refusal.status, {}, json.dumps({"status": {"error": refusal.message}, "time": 0.0})
        except Exception as error:
            return 400, {}, json.dumps({"status": {"error": f"Wrong input: {error!r}"}, "time": 0.0})

    def result(self, method, target, body):
        parts = [urllib.parse.unquote(part) for part in target.strip("/").split("/")]
        if parts[0] != "collections":
            raise Missing
        if len(parts) == 1:
            return {"collections": [{"name": name} for name in self.collections]}
        name, action = parts[1], (method, "/".join(parts[2:]))
        if action == ("GET", "exists"):
            return {"exists": name in self.collections}
        if action == ("PUT", ""):
            if name in self.collections:
                raise Refusal(409, f"Wrong input: Collection `{name}` already exists!")
            self.collections[name] = Collection(body)
            return True
        if action == ("DELETE", ""):
            return self.collections.pop(name, None) is not None
        actions = {
            ("GET", ""): lambda c: c.info(), ("PATCH", ""): lambda c: c.body.update(body) or True,
            ("PUT", "index"): lambda c: c.index(body), ("PUT", "points"): lambda c: c.put(body),
            ("POST", "points"): lambda c: c.retrieve(body), ("POST", "points/scroll"): lambda c: c.scroll(body),
            ("POST", "points/count"): lambda c: {"count": c.count(body)},
            ("POST", "points/query"): lambda c: c.query(body), ("POST", "points/delete"): lambda c: c.delete(body),
        }
        if action not in actions:
            raise Missing
        if name not in self.collections:
            raise Refusal(404, f"Not found: Collection `{name}` doesn't exist!")
        return actions[action](self.collections[name]) or {"operation_id": 0, "status": "completed"}


@contextlib.contextmanager
def edge_server():
    store = Store()
    with server(store.answer) as url:
        yield url
    store.thread.shutdown()
