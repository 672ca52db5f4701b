"""What is refused, with the status that clients of the reference know. Nothing changes by it."""
import httpx
import pytest

CONFIGURATION = {
    "vectors": {"d": {"size": 2, "distance": "Dot"}}, "sparse_vectors": {"s": {}}}
C, P = "/collections/c", "/collections/c/points"


@pytest.fixture
def http(daemon):
    client = httpx.Client(base_url=daemon.url)
    assert client.put(C, json=CONFIGURATION).status_code == 200
    points = [
        {"id": 1, "vector": {"d": [1, 2], "s": {"indices": [1], "values": [1]}},
         "payload": {"g": "x"}},
        {"id": 2, "vector": {"d": [2, 1]}, "payload": {"g": "y"}},
    ]
    assert client.put(P + "?wait=true", json={"points": points}).status_code == 200
    yield client
    client.close()


def check(http, cases):
    for method, path, body, status, *texts in cases:
        reply = http.request(method, path, json=body)
        assert reply.status_code == status, (method, path, body, reply.text)
        if status >= 400:
            error = reply.json()["status"]["error"]
            assert all(text in error for text in texts), (method, path, body, error)


def test_collections(http):
    one = {"size": 2, "distance": "Dot"}
    check(http, [
        ("PUT", C, CONFIGURATION, 409, "already exists"),
        ("GET", "/collections/none", None, 404, "Not found: Collection `none` doesn't exist!"),
        ("DELETE", "/collections/none", None, 200),
        ("PUT", "/collections/a%2Fb", CONFIGURATION, 422, "path parameters: [name: "),
        ("PUT", "/collections/e", {"vectors": {"size": 0, "distance": "Dot"}}, 422,
         "vectors.size: value 0 invalid"),
        ("PUT", "/collections/e", {"vectors": {"size": 2, "distance": "Foo"}}, 400, "Format error"),
        ("PUT", "/collections/e", {"vectors": one, "hnsw_config": {"ef_construct": 2}}, 422),
        ("PUT", "/collections/e", {"vectors": one, "hnsw_config": {"on_disk": 1}}, 400),
        ("PUT", "/collections/e", {"vectors": one, "quantization_config": {"foo": 1}}, 400),
        ("PUT", "/collections/e",
         {"vectors": one, "quantization_config": {"scalar": {"type": "int8", "quantile": 0.3}}},
         422),
        # Names of vectors are not names of parameters.
        ("PUT", "/collections/e", {"vectors": {"range": one}, "strict_mode_config": {
            "enabled": True, "multivector_config": {"range": {"max_vectors": 1}}}}, 200),
    ])


def test_points(http):
    check(http, [
        ("PUT", P + "?wait=true", {"points": [{"id": 5, "vectors": {"d": [1, 1]}}]}, 200),
        ("PUT", P + "?timeout=0", {"points": []}, 422, "query parameters: [timeout: value 0"),
        ("PUT", P + "/vectors?wait=true", {"points": [{"id": 1, "vector": {}}]}, 422),
        ("PUT", P + "/vectors?wait=true", {"points": [{"id": 77, "vector": {"d": [1, 1]}}]}, 404),
        ("POST", P + "/vectors/delete", {"points": [1], "vector": []}, 422),
        ("POST", P + "/payload?wait=true", {"payload": {"x": 1}, "points": [77]}, 404),
        ("GET", P + "/77", None, 404),
    ])


def test_queries(http):
    d, q = {"using": "d"}, P + "/query"
    groups = {"query": [1, 1], "group_by": "g"} | d
    legacy = {"vector": {"name": "d", "vector": [1, 1]}}
    check(http, [
        ("POST", q, {"query": {"recommend": {"positive": []}}} | d, 422, "positives, negatives"),
        ("POST", q, {"query": {"recommend": {"negative": [1]}}} | d, 400),
        ("POST", q, {"query": 77} | d, 404, "No point with id 77 found"),
        ("POST", q, {"query": [1, 1, 1]} | d, 400, "Vector dimension error: expected dim: 2, got 3"),
        ("POST", q, {"query": {"fusion": "rrf"}}, 400, "cannot apply Fusion without prefetches"),
        ("POST", q, {"prefetch": {"query": [1, 1]} | d}, 400,
         "A query is needed to merge the prefetches"),
        ("POST", q + "/groups", groups | {"group_size": 0}, 422,
         "[search_group_request.group_request.group_size: value 0 invalid"),
        ("POST", q + "/groups", groups | {"with_lookup": "none"}, 404),
        ("POST", P + "/search", legacy, 400, "missing field `limit`"),
        ("POST", P + "/search", legacy | {"top": 3}, 200),
        ("POST", P + "/search/groups", legacy | {"group_by": "g"}, 400),
        ("POST", P + "/recommend", {"positive": [], "limit": 3} | d, 400),
        ("POST", P + "/search/matrix/pairs", {"sample": 1} | d, 422,
         "[search_request.sample: value 1 invalid, must be 2 or larger]"),
        ("POST", P + "/search/matrix/offsets", {"using": "zz"}, 400),
        ("POST", C + "/facet", {"key": "g"}, 400, "No appropriate index for faceting: `g`"),
        ("POST", q, {"query": [1, 1], "params": {"hnsw_ef": 0}} | d, 422, "hnsw_ef: value 0 invalid"),
        ("POST", q, {"query": [1, 1], "params": {"idf": "global"}} | d, 400, "`idf`"),
        ("POST", q, {"query": {"indices": [1], "values": [1]}, "using": "s",
                     "params": {"idf": "global"}}, 400, "`idf`"),
        ("POST", q, {"query": {"discover": {"target": [1, 1], "context": None}}} | d, 200),
        ("POST", q, {"query": {"discover": {"target": [1, 1]}}} | d, 200),
        ("POST", q, {"filter": {"must": [{"key": "g"}]}}, 422, "At least one field condition"),
        ("POST", q, {"query": {"relevance_feedback": {
            "target": [1, 1], "feedback": [], "strategy": {"naive": {"a": 1, "b": -1, "c": 1}}}}} | d,
         422, "strategy.naive.b: value -1"),
    ])


@pytest.mark.parametrize("query", [
    [1, 1], 1, None, {"sample": "random"}, {"recommend": {"positive": [1]}}])
def test_a_lookup_must_lead_somewhere(http, query):
    def asked(**location):
        return {"query": query, "using": "d", "lookup_from": location}

    q = P + "/query"
    check(http, [
        ("POST", q, asked(collection="none"), 404, "Not found: Collection `none` doesn't exist!"),
        ("POST", q, asked(collection="c", vector="none"), 404, "none"),
        ("POST", q, asked(collection="c", vector="d"), 200),
    ])
    within = {"prefetch": {"query": [1, 1], "using": "d", "lookup_from": {"collection": "none"}},
              "query": {"fusion": "rrf"}}
    check(http, [("POST", q, within, 404)])


def test_indexes(http):
    def text(**parameters):
        return {"field_name": "t", "field_schema": {"type": "text"} | parameters}

    check(http, [
        ("PUT", C + "/index", text(tokenizer="foo"), 400),
        ("PUT", C + "/index", text(stopwords="klingon"), 400),
        ("PUT", C + "/index", text(stemmer={"type": "snowball", "language": "klingon"}), 400),
        ("PUT", C + "/index", text(lowercase="x"), 400),
        ("PUT", C + "/index", text(min_token_len=5, max_token_len=2), 422, "min_token_len"),
        ("PUT", C + "/index",
         {"field_name": "a", "field_schema": {"type": "keyword", "is_tenant": "x"}}, 400),
        ("DELETE", C + "/index/none?wait=true", None, 200),
    ])


def test_aliases(http):
    def action(name, **names):
        return {"actions": [{name: names}]}

    path = "/collections/aliases"
    check(http, [
        ("POST", path, action("create_alias", alias_name="a", collection_name="none"), 404),
        ("POST", path, action("rename_alias", old_alias_name="b", new_alias_name="x"), 404),
        ("POST", path, action("delete_alias", alias_name="b"), 200),
        ("POST", path, action("create_alias", alias_name="other", collection_name="c"), 200),
        ("PUT", "/collections/other", CONFIGURATION, 400,
         "Can't create collection with name other. Alias with the same name already exists"),
    ])


def test_what_a_cluster_would_do(http):
    check(http, [
        ("GET", C + "/optimizations", None, 200), ("GET", C + "/shards", None, 200),
        ("GET", "/cluster/telemetry", None, 200), ("GET", "/quotas", None, 200),
        ("PUT", "/quotas", {"enabled": False}, 200), ("PUT", "/quotas", {"enabled": True}, 400),
        ("PUT", "/quotas", {"max_disk_usage_percent": 0}, 422),
        ("DELETE", "/cluster/peer/1", None, 405), ("POST", C + "/cluster", {}, 405),
        ("PUT", C + "/shards", {}, 405), ("POST", "/cluster/recover", None, 405),
    ])
    lists = http.get(C + "/optimizations?with=queued,completed,idle_segments").json()["result"]
    assert (lists["queued"], lists["completed"]) == ([], [])
    assert sum(segment["points_count"] for segment in lists["idle_segments"]) == 2
    check(http, [("GET", C + "/optimizations?with=all", None, 400)])


def test_snapshots(http):
    name = http.post(C + "/snapshots").json()["result"]["name"]
    check(http, [
        ("PUT", C + "/snapshots/recover", {"location": "file:///etc/passwd"}, 403, "Forbidden: "),
        ("DELETE", C + f"/snapshots/{name}?wait=false", None, 202),
        ("DELETE", C + "/snapshots/none", None, 404),
    ])
