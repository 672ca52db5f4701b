"""Changes to a collection that has points."""
import httpx
import pytest
from qdrant_client import models


@pytest.fixture
def faces(client):
    client.create_collection(
        "faces",
        vectors_config={"face": models.VectorParams(
            size=2, distance="Dot", hnsw_config=models.HnswConfigDiff(m=8, ef_construct=64),
            quantization_config=models.ScalarQuantization(
                scalar=models.ScalarQuantizationConfig(type="int8")))},
        sparse_vectors_config={"taste": models.SparseVectorParams(
            index=models.SparseIndexParams(full_scan_threshold=10, on_disk=True))},
        metadata={"owner": "a", "old": 1})
    client.upsert("faces", wait=True, points=[
        models.PointStruct(id=i, vector={
            "face": [i, 1.0], "taste": models.SparseVector(indices=[1], values=[i])})
        for i in range(1, 6)])
    return client


def test_parameters_change_one_by_one(faces):
    faces.update_collection(
        "faces", metadata={"old": None, "new": 2},
        vectors_config={"face": models.VectorParamsDiff(
            hnsw_config=models.HnswConfigDiff(m=9),
            quantization_config=models.Disabled.DISABLED)},
        sparse_vectors_config={"taste": models.SparseVectorParams(
            index=models.SparseIndexParams(on_disk=False))})
    config = faces.get_collection("faces").config
    face = config.params.vectors["face"]
    assert (face.hnsw_config.m, face.hnsw_config.ef_construct) == (9, 64)
    assert face.quantization_config is None
    taste = config.params.sparse_vectors["taste"].index
    assert (taste.full_scan_threshold, taste.on_disk) == (10, False)
    assert config.metadata == {"owner": "a", "new": 2}


@pytest.mark.parametrize("form", ["alone", "by name"])
def test_a_vector_without_a_name_is_shown_as_it_was_created(client, form):
    alone = models.VectorParams(size=2, distance="Dot")
    client.create_collection(
        "c", vectors_config=alone if form == "alone" else {"": alone},
        sparse_vectors_config=None if form == "alone" else {"taste": models.SparseVectorParams()})
    params = client.get_collection("c").config.params
    assert params.vectors == (alone if form == "alone" else {"": alone})
    client.upsert("c", wait=True, points=[models.PointStruct(id=1, vector=[1.0, 2.0])])
    client.upsert("c", wait=True, points=[models.PointStruct(id=2, vector={"": [2.0, 1.0]})])
    assert [point.id for point in client.query_points("c", query=[1.0, 0.0]).points] == [2, 1]
    assert client.retrieve("c", [2], with_vectors=True)[0].vector == [2.0, 1.0]
    client.update_collection("c", vectors_config={"": models.VectorParamsDiff(on_disk=True)})
    vectors = client.get_collection("c").config.params.vectors
    assert (vectors if form == "alone" else vectors[""]).on_disk


def test_a_sparse_vector_without_a_name(client):
    client.create_collection("c", sparse_vectors_config={"": models.SparseVectorParams()})
    taste = models.SparseVector(indices=[1], values=[2.0])
    client.upsert("c", wait=True, points=[models.PointStruct(id=1, vector={"": taste})])
    assert client.retrieve("c", [1], with_vectors=True)[0].vector == {"": taste}
    assert client.query_points("c", query=taste).points[0].score == 4
    assert list(client.get_collection("c").config.params.sparse_vectors) == [""]


ONE = {"size": 2, "distance": "Dot"}


@pytest.mark.parametrize("body, status", [
    ({"strict_mode_config": {"enabled": "bad!"}}, 400),
    ({"strict_mode_config": {"max_resident_memory_percent": 101}}, 422),
    ({"strict_mode_config": {"sparse_config": {"s": {"max_length": "x"}}}}, 400),
    ({"strict_mode_config": {"multivector_config": {"s": 1}}}, 400),
    ({"strict_mode_config": {"search_max_oversampling": True}}, 400),
    ({"optimizers_config": {"deleted_threshold": 2}}, 422),
    ({"optimizers_config": {"max_optimization_threads": "many"}}, 400),
    ({"optimizers_config": {"max_segment_size_kb": 0}}, 422),
    ({"hnsw_config": {"m": -1}}, 400), ({"hnsw_config": {"memory": "hot"}}, 400),
    ({"hnsw_config": 5}, 400), ({"metadata": [1]}, 400), ({"on_disk_payload": "yes"}, 400),
    ({"payload": {"memory": "pinned"}}, 422), ({"vectors": ONE | {"memory": "pinned"}}, 422),
    ({"vectors": ONE | {"datatype": "float8"}}, 400),
    ({"vectors": ONE | {"multivector_config": {"comparator": "min_sim"}}}, 400),
    ({"vectors": ONE | {"quantization_config": {"product": {}}}}, 400),
    ({"sparse_vectors": {"s": {"index": {"full_scan_threshold": 1.5}}}}, 400),
    ({"wal_config": {"wal_capacity_mb": 0}}, 422), ({"sharding_method": "some"}, 400),
])
def test_what_clients_could_not_read_back_is_refused(daemon, body, status):
    path = daemon.url + "/collections/c"
    reply = httpx.put(path, json={"vectors": ONE} | body)
    assert reply.status_code == status, reply.text
    assert httpx.get(path).status_code == 404


def test_what_is_stored_can_be_read_back(daemon):
    client = daemon.over_tcp()
    http, path = client.http.client._client, daemon.url + "/collections/c"
    quantization = {"scalar": {"type": "int8", "quantile": 0.9, "memory": "pinned", "foo": 1}}
    body = {
        "vectors": {"v": ONE | {
            "hnsw_config": {"full_scan_threshold_kb": 100, "foo": 1}, "quantization": quantization,
            "memory": "cold", "datatype": "float16", "foo": {}}},
        "sparse_vectors": {"s": {"modifier": "idf", "index": {"datatype": "uint8", "foo": 1}}},
        "quantization": {"binary": {"encoding": "two_bits"}},
        "optimizers_config": {
            "memmap_threshold_kb": 5, "indexing_threshold_kb": 6, "max_segment_size_kb": 7,
            "max_optimization_threads": "auto", "foo": None},
        "hnsw_config": {"m": 4, "on_disk": None}, "wal_config": {"wal_retain_closed": 2},
        "strict_mode_config": {
            "enabled": False, "foo": 1, "sparse_config": {"s": {"max_length": 3, "foo": 1}}},
        "sharding_method": "auto", "payload": {"memory": "cached"}, "foo": "bar",
        "metadata": {"foo": {"bar": [1, None]}},
    }
    assert http.put(path, json=body).status_code == 200
    assert http.patch(path, json={
        "strict_mode_config": {"enabled": True, "foo": 2}, "params": {"foo": 1},
        "vectors": {"v": {"foo": 1, "on_disk": True}}}).status_code == 200
    info = client.get_collection("c")
    config, vector = info.config, info.config.params.vectors["v"]
    assert info.created_at is not None
    assert vector.hnsw_config.full_scan_threshold == 100
    assert vector.quantization_config.scalar.quantile == 0.9
    optimizers = config.optimizer_config
    assert (optimizers.memmap_threshold, optimizers.indexing_threshold,
            optimizers.max_segment_size) == (5, 6, 7)
    assert config.quantization_config.binary.encoding == "two_bits"
    assert config.strict_mode_config.enabled is True
    assert config.metadata == {"foo": {"bar": [1, None]}}
    for name, schema in [
        ("a", {"type": "text", "stopwords": "de", "foo": 1}),
        ("b", {"type": "text", "stopwords": {"languages": ["en", "french"], "custom": ["x"]},
               "stemmer": {"type": "snowball", "language": "ru"}, "scoring": True,
               "tokenizer": "code", "phrase_matching": True}),
        ("c", {"type": "keyword", "prefix": True, "is_tenant": True, "lookup": "?"}),
        ("d", {"type": "integer", "lookup": True, "range": False, "memory": "pinned"}),
    ]:
        reply = http.put(path + "/index", json={"field_name": name, "field_schema": schema})
        assert reply.status_code == 200, reply.text
    schema = client.get_collection("c").payload_schema
    assert schema["a"].params.stopwords == "german"
    assert schema["b"].params.stopwords.languages == ["english", "french"]
    assert schema["b"].params.stemmer.language == "russian"


def test_a_name_that_comes_back_brings_no_old_vectors(faces):
    http, path = faces.http.client, "/collections/faces/vectors/taste"
    url = faces._client.rest_uri + path + "?wait=true"
    assert http._client.delete(url).json()["result"]["status"] == "completed"
    assert faces.get_collection("faces").config.params.sparse_vectors is None
    assert http._client.delete(url).status_code == 400
    assert http._client.put(url, json={"sparse": {}}).status_code == 200
    records, _ = faces.scroll("faces", with_vectors=True)
    assert [list(record.vector) for record in records] == [["face"]] * 5
    having = models.Filter(must=[models.HasVectorCondition(has_vector="taste")])
    assert faces.count("faces", count_filter=having).count == 0
    query = models.SparseVector(indices=[1], values=[1.0])
    assert faces.query_points("faces", query=query, using="taste").points == []
