"""Requests made of the official client's own models, member by member: what the models refuse is refused,
nothing fails, and settings that are taken can be read back, the same by both protocols."""
import copy
import json
import random

import grpc
import httpx
import pytest
from pydantic import TypeAdapter, ValidationError
from qdrant_client.http.models import models as m

from conftest import running_daemon
from model_values import Maker

P = "/collections/c/points"
BODIES = [
    ("PUT", "/collections/new", m.CreateCollection), ("PATCH", "/collections/c", m.UpdateCollection),
    ("PUT", P, m.PointInsertOperations), ("POST", P, m.PointRequest),
    ("POST", P + "/delete", m.PointsSelector), ("POST", P + "/payload", m.SetPayload),
    ("PUT", P + "/payload", m.SetPayload), ("POST", P + "/payload/delete", m.DeletePayload),
    ("POST", P + "/payload/clear", m.PointsSelector), ("PUT", P + "/vectors", m.UpdateVectors),
    ("POST", P + "/vectors/delete", m.DeleteVectors), ("POST", P + "/batch", m.UpdateOperations),
    ("POST", P + "/scroll", m.ScrollRequest), ("POST", P + "/count", m.CountRequest),
    ("POST", P + "/query", m.QueryRequest), ("POST", P + "/query/batch", m.QueryRequestBatch),
    ("POST", P + "/query/groups", m.QueryGroupsRequest), ("POST", "/collections/c/facet", m.FacetRequest),
    ("POST", P + "/search/matrix/pairs", m.SearchMatrixRequest),
    ("PUT", "/collections/c/index", m.CreateFieldIndex),
    ("POST", "/collections/aliases", m.ChangeAliasesOperation),
    ("PUT", "/collections/c/vectors/new", m.VectorNameConfig),
]
# Of other kinds than most members have, or not there where something must be.
WRONG = ["x", [], ["x"], {}, True, 1, -1, 1.5, 2**64, -2**63, 1e40, None, "", [1], [[1]], "2024-01-01"]


def chosen(random):
    """Names and numbers that the collection knows, so that requests get past the first check."""
    def choose(kind, name):
        if kind in (str, m.StrictStr):
            if name in ("key", "group_by", "field_name", "order_by", "to", "x"):
                return [random.choice(["n", "k", "g", "t", "none"])]
            if name in ("using", "vector_name"):
                return [random.choice(["d", "s", "i", "m", "none"])]
            if name in ("collection", "with_lookup", "collection_name"):
                return ["c"]
        if name == "size":
            return [2]
        if name in ("limit", "group_size", "sample"):
            return [random.choice([1, 2, 5, 10])]
        if name == "indices":
            return [[1, 9]]
        if name == "values":
            return [[1.0, 0.5]]
        if kind == m.ExtendedPointId or name == "id":
            return [random.choice([1, 2, 3, 7, 100])]
        if kind == list[float] or kind == m.List[m.StrictFloat]:
            return [[1.0, 0.5]]
        return None
    return choose


def fill(http):
    http.delete("/collections/c")
    assert http.put("/collections/c", json={
        "vectors": {"d": {"size": 2, "distance": "Cosine"}, "m": {
            "size": 2, "distance": "Dot", "multivector_config": {"comparator": "max_sim"}}},
        "sparse_vectors": {"s": {}, "i": {"modifier": "idf"}}}).status_code == 200
    points = [{"id": i, "vector": {
        "d": [i, 1], "m": [[i, 1], [1, 2]], "s": {"indices": [i, 9], "values": [1, 2]},
        "i": {"indices": [i, 9], "values": [1, 2]}},
        "payload": {"n": i, "k": "ab"[i % 2], "g": {"lon": i, "lat": 2}, "t": "w x"}} for i in range(1, 8)]
    assert http.put(P, json={"points": points}).status_code == 200
    for field, kind in [("n", "integer"), ("k", "keyword"), ("g", "geo"), ("t", "text")]:
        assert http.put("/collections/c/index", json={
            "field_name": field, "field_schema": kind}).status_code == 200


@pytest.fixture(scope="module")
def daemon():
    with running_daemon() as daemon:
        yield daemon
        assert daemon.stop() == 0


@pytest.fixture
def http(daemon):
    with httpx.Client(base_url=daemon.url, timeout=60) as client:
        fill(client)
        yield client


def places(value, place=()):
    yield place
    if isinstance(value, dict):
        for name, member in value.items():
            yield from places(member, place + (name,))
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from places(element, place + (index,))


def replaced(value, place, other):
    if not place:
        return other
    value = copy.deepcopy(value)
    parent = value
    for step in place[:-1]:
        parent = parent[step]
    parent[place[-1]] = other
    return value


def is_lenient(body):
    """Whether something is taken on purpose that the models refuse: null for a sparse vector's parameters."""
    sparse = body.get("sparse_vectors") if isinstance(body, dict) else None
    return isinstance(sparse, dict) and None in sparse.values()


def is_valid(model, body):
    try:
        model.validate_python(body)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("method, path, kind", BODIES, ids=lambda value: str(value).split("/")[-1][-30:])
def test_what_the_models_refuse_is_refused(http, method, path, kind):
    rng, model = random.Random(path + method), TypeAdapter(kind)
    maker = Maker(rng, chosen(rng))
    codes = set()
    for _ in range(60):
        body = maker.value(kind)
        everywhere = list(places(body))
        bodies = [body] + [
            replaced(body, rng.choice(everywhere), rng.choice(WRONG)) for _ in range(4)]
        for sent in bodies:
            reply = http.request(method, path, content=json.dumps(sent),
                                 headers={"content-type": "application/json"})
            codes.add(reply.status_code)
            assert reply.status_code < 500, (json.dumps(sent), reply.text)
            if not is_valid(model, sent) and not is_lenient(sent):
                assert reply.status_code in (400, 404, 422), json.dumps(sent)
            if "/new" in path:
                http.delete(path)
    assert codes & {400, 422}
    if 200 not in codes:
        fill(http)
        assert path.endswith("aliases"), codes


# MARK: Settings

def settings(count):
    """Configurations as the models have them."""
    rng = random.Random(17)

    def choose(kind, name):
        if name == "size":
            return [rng.choice([1, 2, 100, 65536])]
        if name in ("shard_number", "replication_factor"):
            return [rng.choice([1, 2])]
        return None

    maker, model = Maker(rng, choose), TypeAdapter(m.CreateCollection)
    while count > 0:
        body = maker.model(m.CreateCollection)
        if is_valid(model, body):
            count -= 1
            yield body


def lost(given, read, place=""):
    """Where what was given is not what is read."""
    if given is None or isinstance(given, dict) and not given:
        return []
    if isinstance(given, dict):
        if not isinstance(read, dict):
            return [f"{place}: {given} reads {read}"]
        return [line for name, value in given.items()
                for line in lost(value, read.get(name), f"{place}.{name}")]
    same = abs(given - read) <= 1e-6 * abs(given) if isinstance(given, float) and isinstance(
        read, (int, float)) else given == read
    return [] if same else [f"{place}: {given} reads {read}"]


def configuration(http, name):
    config = http.get(f"/collections/{name}").json()["result"]["config"]
    return config | config["params"] | {"optimizers_config": config["optimizer_config"]}


def test_settings_can_be_read_back(daemon, http):
    client, taken = daemon.over_tcp(), 0
    for body in settings(250):
        reply = http.put("/collections/e", json=body)
        assert reply.status_code in (200, 400, 422), reply.text
        if reply.status_code != 200:
            continue
        taken += 1
        # The client's models take it.
        client.get_collection("e")
        # As many threads as there are is what clients read as none.
        optimizers = body.get("optimizers_config") or {}
        if optimizers.get("max_optimization_threads") == "auto":
            del optimizers["max_optimization_threads"]
        assert lost(body, configuration(http, "e")) == [], body
        http.delete("/collections/e")
    assert taken > 50


def test_settings_are_the_same_by_both_protocols(daemon, http):
    client, taken = daemon.over_grpc(), 0
    for body in settings(250):
        # Messages have no members for these.
        for name in ["payload", "id_tracker"]:
            body.pop(name, None)
        given = m.CreateCollection(**body)
        reply = http.put("/collections/rest", json=body)
        arguments = {name: value for name, value in given if value is not None}
        arguments["vectors_config"] = arguments.pop("vectors", None)
        arguments["sparse_vectors_config"] = arguments.pop("sparse_vectors", None)
        for name in ["payload", "id_tracker"]:
            arguments.pop(name, None)
        try:
            client.create_collection("grpc", **arguments)
            is_taken = True
        except grpc.RpcError as error:
            assert error.code() is grpc.StatusCode.INVALID_ARGUMENT, (body, error.details())
            is_taken = False
        except ValueError:
            # More than a field of the message takes.
            http.delete("/collections/rest")
            continue
        assert is_taken == (reply.status_code == 200), (body, reply.text)
        if is_taken:
            taken += 1
            one, other = configuration(http, "rest"), configuration(http, "grpc")
            assert lost(one, other) == [] and lost(other, one) == [], body
            client.get_collection("grpc")
            http.delete("/collections/rest")
            http.delete("/collections/grpc")
    assert taken > 50
