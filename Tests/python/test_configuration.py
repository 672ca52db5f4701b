"""Changes to a collection that has points."""
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
