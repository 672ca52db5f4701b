"""Semantics of queries that are easy to get wrong, as the reference has them."""
import pytest
from qdrant_client import models


@pytest.fixture
def client(client_of_any_door):
    return client_of_any_door


@pytest.fixture
def line(client):
    """Points 0 to 39 on a line, and a sparse vector with one of three dimensions each."""
    client.create_collection(
        "line", vectors_config={"e": models.VectorParams(size=1, distance="Euclid")},
        sparse_vectors_config={"s": models.SparseVectorParams()})
    client.upsert("line", wait=True, points=[
        models.PointStruct(
            id=i, payload={"g": i % 4},
            vector={"e": [float(i)], "s": models.SparseVector(indices=[i % 3], values=[1 + i])})
        for i in range(40)])
    return client


def ids(points):
    return [point.id for point in points]


def test_a_threshold_bounds_distances_from_above(line):
    def near(threshold):
        return ids(line.query_points(
            "line", query=[3.0], using="e", score_threshold=threshold).points)

    assert near(1.0) == [3]
    assert near(1.5) == [3, 4, 2]
    assert near(-1.0) == []
    # Scores of examples are better when larger, but the bound stays one from above.
    best = models.RecommendQuery(
        recommend=models.RecommendInput(positive=[[3.0]], strategy="best_score"))
    found = line.query_points("line", query=best, using="e", score_threshold=0.6)
    assert len(found.points) == 10
    assert line.query_points("line", query=best, using="e", score_threshold=0.4).points == []


def test_a_point_named_in_a_prefetch_is_left_out_of_the_whole_answer(line):
    found = line.query_points("line", query=models.FusionQuery(fusion="rrf"), prefetch=[
        models.Prefetch(query=5, using="e"), models.Prefetch(query=[5.0], using="e")])
    assert 5 not in ids(found.points)


def test_a_sample_has_no_pages(line):
    found = line.query_points(
        "line", query=models.SampleQuery(sample="random"), limit=10, offset=38)
    assert len(found.points) == 10


def test_groups_multiply_the_limits_of_prefetches(line):
    found = line.query_points_groups(
        "line", group_by="g", limit=2, group_size=2, query=models.FusionQuery(fusion="rrf"),
        prefetch=models.Prefetch(query=[0.0], using="e", limit=3))
    hits = {group.id: [(hit.id, round(hit.score, 4)) for hit in group.hits]
            for group in found.groups}
    # The four best are of four groups: asked again without them, the next two have scores of their own.
    assert hits == {0: [(4, 0.5), (0, 0.5)], 1: [(5, 0.3333), (1, 0.3333)]}


def test_groups_that_are_not_full_are_asked_for_again(line):
    line.set_payload("line", {"kind": "a"}, points=list(range(12)), wait=True)
    line.set_payload("line", {"kind": "b"}, points=list(range(12, 17)), wait=True)
    found = line.query_points_groups(
        "line", group_by="kind", limit=2, group_size=3, query=models.FusionQuery(fusion="rrf"),
        prefetch=models.Prefetch(query=[0.0], using="e", limit=5))
    assert {group.id: len(group.hits) for group in found.groups} == {"a": 3, "b": 3}
    # As near as can be, not as many as there are.
    found = line.query_points_groups(
        "line", group_by="kind", limit=1, group_size=3, query=[0.0], using="e",
        prefetch=models.Prefetch(query=[0.0], using="e", limit=5))
    assert [ids(group.hits) for group in found.groups] == [[0, 1, 2]]


def test_a_plain_vector_is_the_only_row_of_a_multivector(client):
    client.create_collection("rows", vectors_config=models.VectorParams(
        size=2, distance="Dot", multivector_config=models.MultiVectorConfig(comparator="max_sim")))
    client.upsert("rows", wait=True, points=[models.PointStruct(id=1, vector=[1.0, 2.0])])
    assert client.retrieve("rows", [1], with_vectors=True)[0].vector == [[1.0, 2.0]]
    assert client.query_points("rows", query=[1.0, 1.0]).points[0].score == 3


@pytest.mark.parametrize("value, unindexed, indexed", [
    (None, "refused", 42), ("text", "refused", 42), (7.5, 7.5, 42), (7, 7, 7), ([], 42, 42),
    ([3], 3, 3), ([None, 5], "refused", 5), (["x", 5], "refused", 5), ([3, 4], "refused", "refused"),
])
def test_defaults_of_formulas(line, value, unindexed, indexed):
    line.overwrite_payload("line", {"n": value}, points=[1], wait=True)

    def score():
        prefetch = models.Prefetch(
            query=[1.0], using="e", filter=models.Filter(must=[models.HasIdCondition(has_id=[1])]))
        try:
            return line.query_points("line", prefetch=prefetch, query=models.FormulaQuery(
                formula="n", defaults={"n": 42})).points[0].score
        except Exception:
            return "refused"

    assert score() == unindexed
    line.create_payload_index("line", "n", "integer", wait=True)
    assert score() == indexed


def test_times_without_seconds_are_datetimes(line):
    line.set_payload("line", {"at": "2021-06-15T12:30"}, points=[7], wait=True)
    at_noon = models.DatetimeRange(gte="2021-06-15T12:30:00Z", lt="2021-06-15T12:30:01Z")
    found = line.count("line", count_filter=models.Filter(
        must=[models.FieldCondition(key="at", range=at_noon)]))
    assert found.count == 1
