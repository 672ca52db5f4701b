"""`QdrantClient.migrate` takes everything along: between daemons, and through the client's local mode."""
import pathlib
import random
import re
import uuid

import pytest
from qdrant_client import QdrantClient, models

COUNT = 230


@pytest.fixture
def filled(client):
    rng = random.Random(11)
    client.create_collection(
        "mixed",
        vectors_config={
            "face": models.VectorParams(size=3, distance="Cosine"),
            "place": models.VectorParams(size=2, distance="Euclid", on_disk=True),
            "poses": models.VectorParams(
                size=2, distance="Dot",
                multivector_config=models.MultiVectorConfig(comparator="max_sim")),
        },
        sparse_vectors_config={
            "taste": models.SparseVectorParams(),
            "words": models.SparseVectorParams(
                modifier="idf", index=models.SparseIndexParams(on_disk=True)),
        },
        hnsw_config=models.HnswConfigDiff(m=24), metadata={"owner": "tests"},
        strict_mode_config=models.StrictModeConfig(enabled=True, max_query_limit=500))
    for field, schema in [
        ("age", "integer"), ("city", "keyword"), ("where", "geo"), ("born", "datetime"),
        ("about", models.TextIndexParams(type="text", tokenizer="word", lowercase=True)),
        ("rank", models.IntegerIndexParams(type="integer", lookup=False, range=True)),
    ]:
        client.create_payload_index("mixed", field, schema, wait=True)

    def floats(count):
        return [rng.uniform(-2, 2) for _ in range(count)]

    def sparse():
        indices = rng.sample(range(1, 2 ** 32), rng.randrange(6))
        return models.SparseVector(indices=indices, values=floats(len(indices)))

    def vectors():
        all_of_them = {
            "face": floats(3), "place": floats(2), "poses": [floats(2), floats(2)],
            "taste": sparse(), "words": sparse(),
        }
        return {name: v for name, v in all_of_them.items() if rng.random() < 0.7}

    client.upload_points("mixed", wait=True, points=[
        models.PointStruct(
            id=str(uuid.UUID(int=i)) if i % 3 == 0 else i, vector=vectors(),
            payload={
                "age": i % 70, "city": rng.choice(["Oslo", "Ærø", None]), "rank": i,
                "where": {"lon": i / 10, "lat": -i / 20}, "born": "2001-02-03T04:05:06Z",
                "about": f"number {i} — „quoted“ \u0001\U0001f600",
                "deep": {"list": [1, 2.5, None, {"a.b": [True, "x"]}], "big": 2 ** 53 + i},
            } if i % 10 else {})
        for i in range(COUNT)
    ])
    client.create_collection("one", models.VectorParams(size=2, distance="Manhattan"))
    client.upload_points("one", wait=True, points=[
        models.PointStruct(id=i, vector=floats(2)) for i in range(70)])
    client.create_collection("plain", vectors_config={})
    client.upsert("plain", [models.PointStruct(id=1, vector={}, payload={"a": 1})], wait=True)
    return client


def content(client):
    return {
        name: {p.id: p for p in client.scroll(name, with_vectors=True, limit=400)[0]}
        for name in ("mixed", "one", "plain")
    }


def described(client, name):
    info = client.get_collection(name)
    return (
        info.config.params, info.config.hnsw_config, info.config.metadata,
        info.config.strict_mode_config, info.payload_schema)


def test_from_daemon_to_daemon(filled, second_daemon):
    other = second_daemon.over_tcp()
    filled.migrate(other)
    assert content(other) == content(filled)
    for name in ("mixed", "one", "plain"):
        assert described(other, name) == described(filled, name)
    # And searches find the same.
    query = dict(query=models.SparseVector(indices=[1], values=[1]), using="taste")
    assert other.query_points("mixed", **query) == filled.query_points("mixed", **query)
    with pytest.raises(ValueError):
        filled.migrate(other)
    filled.migrate(other, recreate_on_collision=True)
    assert content(other) == content(filled)


def test_through_the_clients_local_mode_and_back(filled):
    before = content(filled)
    local = QdrantClient(":memory:")
    filled.migrate(local)
    assert local.count("mixed").count == COUNT
    for name in ("mixed", "one", "plain"):
        filled.delete_collection(name)
    local.migrate(filled)
    after = content(filled)
    # Local mode divides a vector by its length once more.
    for point in before["mixed"].values():
        if "face" in point.vector:
            point.vector["face"] = pytest.approx(point.vector["face"], rel=1e-6)
    for name, points in before.items():
        assert after[name].keys() == points.keys()
        for id_, point in points.items():
            assert dict(after[name][id_]) == dict(point)
    params = filled.get_collection("mixed").config.params
    assert set(params.vectors) == {"face", "place", "poses"}
    assert params.vectors["poses"].multivector_config is not None
    assert params.sparse_vectors["words"].modifier == models.Modifier.IDF


def test_the_code_of_the_scaling_page(filled, daemon, second_daemon):
    page = pathlib.Path(__file__).parents[2].joinpath("docs/guide/scaling.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(blocks) == 2
    # The page's addresses are a real daemon's and a cluster's.
    code = blocks[0].replace("http://localhost:6333", daemon.url)
    code = code.replace("http://localhost:6334", second_daemon.url)
    scope = {}
    exec(code, scope)
    other = second_daemon.over_tcp()
    assert content(other) == content(filled)
    # Points that are there already are replaced by equal ones.
    other.delete("mixed", [1, 2], wait=True)
    exec(blocks[1], scope)
    assert content(other) == content(filled)
