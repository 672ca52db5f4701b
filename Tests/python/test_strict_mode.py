"""The limits a collection sets itself."""
import pytest
from qdrant_client import models
from qdrant_client.http.exceptions import UnexpectedResponse


@pytest.fixture
def strict(client):
    def create(**limits):
        client.create_collection(
            "c", vectors_config={"d": models.VectorParams(size=2, distance="Dot")},
            strict_mode_config=models.StrictModeConfig(enabled=True, **limits))
        client.upsert("c", wait=True, points=[
            models.PointStruct(id=1, vector={"d": [1.0, 1.0]}, payload={"a": 1})])
        return client
    return create


def refused(text):
    return pytest.raises(UnexpectedResponse, match=text)


def test_searches(strict):
    client = strict(search_max_oversampling=2.0, search_max_hnsw_ef=10, search_allow_exact=False)

    def search(**parameters):
        prefetch = models.Prefetch(
            query=[1.0, 1.0], using="d", params=models.SearchParams(**parameters))
        client.query_points("c", prefetch=prefetch, query=models.FusionQuery(fusion="rrf"))

    search(hnsw_ef=10)
    with refused("Limit exceeded 3.0 > 2.0 for .*oversampling"):
        search(quantization=models.QuantizationSearchParams(oversampling=3.0))
    with refused("Limit exceeded 11 > 10 for .*hnsw_ef"):
        search(hnsw_ef=11)
    with refused("Exact search disabled"):
        search(exact=True)


def test_payload_must_be_indexed_where_it_is_read(strict):
    client = strict(unindexed_filtering_retrieve=False)
    formula = models.FormulaQuery(formula="a")
    prefetch = models.Prefetch(query=[1.0, 1.0], using="d")
    with refused("Index required but not found for .*a.*different formula expression"):
        client.query_points("c", query=formula, prefetch=prefetch)
    with refused("Create an index supporting `match`"):
        client.query_points_groups("c", query=[1.0, 1.0], using="d", group_by="a")
    client.create_payload_index("c", "a", field_schema="integer", wait=True)
    client.query_points("c", query=formula, prefetch=prefetch)
    client.query_points_groups("c", query=[1.0, 1.0], using="d", group_by="a")


def test_a_collection_that_has_reached_its_size_takes_deletions_only(strict):
    client = strict(max_collection_payload_size_bytes=1)
    with refused("Max payload storage size limit of"):
        client.set_payload("c", {"b": 1}, points=[1])
    client.delete_payload("c", ["a"], points=[1], wait=True)
    client.update_collection(
        "c", strict_mode_config=models.StrictModeConfig(max_collection_payload_size_bytes=1 << 30))
    client.set_payload("c", {"b": 1}, points=[1], wait=True)
    client.update_collection(
        "c", strict_mode_config=models.StrictModeConfig(max_collection_vector_size_bytes=1))
    with refused("Max vector storage size limit of"):
        client.update_vectors("c", [models.PointVectors(id=1, vector={"d": [2.0, 2.0]})])
