"""Semantics of queries that are easy to get wrong, as the reference has them."""
import pytest
from qdrant_client import models


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
    assert hits == {0: [(0, 0.5), (4, 0.1667)], 1: [(1, 0.3333), (5, 0.1429)]}


def test_times_without_seconds_are_datetimes(line):
    line.set_payload("line", {"at": "2021-06-15T12:30"}, points=[7], wait=True)
    at_noon = models.DatetimeRange(gte="2021-06-15T12:30:00Z", lt="2021-06-15T12:30:01Z")
    found = line.count("line", count_filter=models.Filter(
        must=[models.FieldCondition(key="at", range=at_noon)]))
    assert found.count == 1
