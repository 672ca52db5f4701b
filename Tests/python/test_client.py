"""Ways in which programs use the official client, through both doors."""
import uuid

import pytest
from qdrant_client import QdrantClient, models

from conftest import refused


def sparse(**weights):
    return models.SparseVector(
        indices=[int(k[1:]) for k in weights], values=[float(v) for v in weights.values()])


@pytest.fixture
def client(client_of_any_door):
    return client_of_any_door


@pytest.fixture
def people(client):
    client.create_collection(
        "people", vectors_config={"face": models.VectorParams(size=2, distance="Cosine")},
        sparse_vectors_config={"taste": models.SparseVectorParams()})
    client.upsert("people", wait=True, points=[
        models.PointStruct(
            id=1, vector={"taste": sparse(d1=1, d2=-2), "face": [1.0, 0.0]},
            payload={"age": 25, "tags": ["a", "b"], "city": {"name": "Rome"}}),
        models.PointStruct(
            id=2, vector={"taste": sparse(d1=2), "face": [0.0, 1.0]},
            payload={"age": 35, "tags": ["b"]}),
        models.PointStruct(id=3, vector={"taste": sparse(d3=5)}, payload={"age": None}),
        models.PointStruct(id=str(uuid.UUID(int=7)), vector={}, payload={}),
    ])
    return client


def ids(points):
    return [point.id for point in points]


def test_collections_come_and_go(client):
    assert client.get_collections().collections == []
    client.create_collection(
        "c", vectors_config={}, sparse_vectors_config={"v": models.SparseVectorParams()})
    assert client.collection_exists("c")
    assert list(client.get_collection("c").config.params.sparse_vectors) == ["v"]
    with refused(409):
        client.create_collection("c", vectors_config={})
    client.delete_collection("c")
    assert not client.collection_exists("c")


def test_points_are_found_by_sparse_and_dense_vectors(people):
    found = people.query_points("people", query=sparse(d1=1, d2=1), using="taste").points
    assert [(p.id, p.score) for p in found] == [(2, 2.0), (1, -1.0)]
    found = people.query_points("people", query=[0.6, 0.8], using="face").points
    assert [(p.id, round(p.score, 6)) for p in found] == [(2, 0.8), (1, 0.6)]


def test_filters_follow_the_payload(people):
    def matching(condition):
        return ids(people.scroll("people", scroll_filter=models.Filter(must=[condition]))[0])

    assert matching(
        models.FieldCondition(key="tags", match=models.MatchValue(value="a"))) == [1]
    assert matching(models.FieldCondition(key="age", range=models.Range(gte=30))) == [2]
    assert matching(
        models.FieldCondition(key="city.name", match=models.MatchAny(any=["Rome", "Oslo"]))) == [1]
    assert matching(models.IsNullCondition(is_null=models.PayloadField(key="age"))) == [3]
    assert matching(models.HasIdCondition(has_id=[2, 3])) == [2, 3]


def test_payload_operations_keep_the_vectors(people):
    people.set_payload("people", payload={"city": "Oslo"}, points=[2], wait=True)
    people.delete_payload("people", keys=["tags"], points=[2], wait=True)
    point = people.retrieve("people", ids=[2], with_vectors=True)[0]
    assert point.payload == {"age": 35, "city": "Oslo"}
    assert point.vector["taste"] == sparse(d1=2)
    people.clear_payload("people", points_selector=[2], wait=True)
    assert people.retrieve("people", ids=[2])[0].payload == {}


def test_a_filter_that_selects_many_points_changes_them_all(client):
    client.create_collection("many", vectors_config={})
    client.upsert("many", wait=True, points=[
        models.PointStruct(id=i, vector={}, payload={"n": i}) for i in range(10_000)])
    big = models.Filter(must=[models.FieldCondition(key="n", range=models.Range(gte=1000))])
    client.set_payload("many", payload={"big": True, "n": 0}, points=big, wait=True)
    marked = models.Filter(
        must=[models.FieldCondition(key="big", match=models.MatchValue(value=True))])
    assert client.count("many", count_filter=marked).count == 9000
    client.delete("many", points_selector=models.FilterSelector(filter=marked), wait=True)
    assert client.count("many").count == 1000


def test_fusion_joins_two_searches(people):
    found = people.query_points(
        "people",
        prefetch=[
            models.Prefetch(query=sparse(d1=1), using="taste"),
            models.Prefetch(query=[1.0, 0.0], using="face"),
        ],
        query=models.FusionQuery(fusion=models.Fusion.RRF)).points
    assert set(ids(found)) == {1, 2}


def test_wrong_input_is_refused_and_changes_nothing(people):
    before = people.count("people").count
    for body in [
        {"points": [{"id": 9, "vector": {"taste": {"indices": [1, 1], "values": [1, 2]}}}]},
        {"points": [{"id": 9, "vector": {"taste": {"indices": [1], "values": [1, 2]}}}]},
        {"points": [{"id": 9, "vector": {"nothing": {"indices": [1], "values": [1]}}}]},
        {"points": [{"id": -1, "vector": {}}]},
    ]:
        response = people._client.http.client._client.put(
            people._client.rest_uri + "/collections/people/points?wait=true", json=body)
        assert 400 <= response.status_code < 500, body
        assert response.json()["status"]["error"]
    assert people.count("people").count == before


def test_moving_out_and_back_keeps_everything(people):
    local = QdrantClient(":memory:")
    people.migrate(local, ["people"])
    before, _ = people.scroll("people", with_vectors=True, limit=10)
    people.migrate(local, ["people"], recreate_on_collision=True)
    people.delete_collection("people")
    local.migrate(people, ["people"])
    after, _ = people.scroll("people", with_vectors=True, limit=10)
    assert after == before
