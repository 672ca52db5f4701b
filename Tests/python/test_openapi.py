"""Requests made from the daemon's own OpenAPI document: no 5xx, and answers as it describes them."""
import collections

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance, response_schema_conformance, status_code_conformance)

EXAMPLES = {GenerationMode.POSITIVE: 14, GenerationMode.NEGATIVE: 2}
CHECKS = [
    schemathesis.checks.not_a_server_error, status_code_conformance, content_type_conformance,
    response_schema_conformance,
]
COLLECTION = {
    "vectors": {
        "d": {"size": 2, "distance": "Cosine"},
        "m": {"size": 2, "distance": "Dot", "multivector_config": {"comparator": "max_sim"}},
    },
    "sparse_vectors": {"s": {}, "ratings": {"modifier": "idf"}},
}
POINTS = [
    {
        "id": i, "payload": {"n": i, "k": ["a", "b"][:i % 3], "f": i / 2, "o": {"x": [i]}},
        "vector": {
            "d": [i, 1], "m": [[i, 1], [1, i]], "s": {"indices": [i, 9], "values": [1, -1]},
            "ratings": {"indices": [1, i], "values": [0.5, 2]}} if i else {},
    } for i in [0, 2, 3, 4]
]
# Names and numbers that the collection knows, so that requests get past the first check.
KEYS = {"enum": ["n", "k", "f", "t", "o.x", "none", "$score"]}
SHARPENED = {
    "using": {"enum": ["", "d", "m", "s", "ratings", "none"]},
    "key": KEYS, "group_by": KEYS, "field_name": KEYS, "field": KEYS,
    "collection": {"enum": ["c", "c", "c", "none"]}, "catalogue": {"enum": ["c"]},
    "vector": {"enum": ["d", "s", "new"]}, "snapshot": {"enum": ["no.snapshot", "..%2Fx"]},
    "shard": {"enum": [0, 0, 0, 1]}, "name": {"enum": ["d", "m", "s"]},
}
FILTERS = [
    {}, {"must": {"key": "n", "range": {"gte": 2}}}, {"must_not": [{"has_id": [2]}]},
    {"should": [{"key": "k", "match": {"any": ["a"]}}, {"is_empty": {"key": "f"}}]},
]


def sharpened(document):
    schemas = document["components"]["schemas"]
    schemas["PointID"] = {"enum": [0, 2, 3, 4, 7, "00000000-0000-0000-0000-000000000007"]}
    for name in ("DenseVector", "SparseVector", "Filter"):
        schemas[f"Any{name}"] = schemas[name]
    schemas["Filter"] = {
        "anyOf": [{"enum": FILTERS}, {"$ref": "#/components/schemas/AnyFilter"}]}
    schemas["DenseVector"] = {
        "anyOf": [
            {"type": "array", "items": {"type": "number", "minimum": -9, "maximum": 9},
             "minItems": 2, "maxItems": 2},
            {"$ref": "#/components/schemas/AnyDenseVector"}]}
    schemas["SparseVector"] = {
        "anyOf": [
            {"enum": [{"indices": [2, 9], "values": [1.5, -1]}, {"indices": [], "values": []}]},
            {"$ref": "#/components/schemas/AnySparseVector"}]}

    def visit(node):
        if isinstance(node, list):
            return [visit(item) for item in node]
        if not isinstance(node, dict):
            return node
        node = {name: visit(item) for name, item in node.items()}
        for name in node.get("properties", {}):
            if name in ("using", "key", "group_by", "field_name", "catalogue"):
                node["properties"][name] = SHARPENED[name]
            if name == "name" and "vector" in node["properties"]:
                node["properties"][name] = SHARPENED[name]
        if node.get("in") == "path" and node["name"] in SHARPENED:
            node["schema"] = SHARPENED[node["name"]]
        return node
    return visit(document)


def prepare(session, url):
    session.delete(f"{url}/collections/c")
    session.put(f"{url}/collections/c", json=COLLECTION).raise_for_status()
    for field, kind in [("n", "integer"), ("k", "keyword"), ("f", "float")]:
        session.put(f"{url}/collections/c/index", json={"field_name": field, "field_schema": kind})
    session.put(f"{url}/collections/c/points", json={"points": POINTS}).raise_for_status()


def test_every_endpoint_answers_as_described(daemon):
    session = requests.Session()
    document = session.get(daemon.url + "/openapi.json").json()
    schema = schemathesis.openapi.from_dict(sharpened(document))
    failures, accepted = {}, collections.Counter()

    def check(operation, mode):
        prepare(session, daemon.url)

        @seed(20260131)
        @settings(
            max_examples=EXAMPLES[mode], deadline=None, database=None, derandomize=True,
            phases=[Phase.generate], suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def run(case):
            response = case.call(base_url=daemon.url, session=session)
            accepted[operation.label] += response.status_code < 300
            try:
                case.validate_response(response, checks=CHECKS)
            except Exception as error:  # noqa: BLE001: groups of failures, each of its own class
                for failure in getattr(error, "exceptions", [error]):
                    what = (operation.label, type(failure).__name__, response.status_code)
                    failures.setdefault(what, f"{case.as_curl_command()}\n{failure}")
        run()

    for result in schema.get_all_operations():
        operation = result.ok()
        for mode in EXAMPLES:
            try:
                check(operation, mode)
            except Exception as error:  # noqa: BLE001
                # Nothing can be wrong in a request without parameters and body.
                if mode is GenerationMode.POSITIVE:
                    failures[operation.label, type(error).__name__, 0] = str(error)
    report = "\n\n".join(f"{what}: {text[:1500]}" for what, text in failures.items())
    assert not failures, f"{len(failures)} kinds of failures\n{report}"
    # The requests are real: most endpoints do what some of them ask.
    assert len([label for label, count in accepted.items() if count]) > 50, accepted
