"""The limits a collection sets itself."""
import pytest
from qdrant_client import models
from qdrant_client.common.client_exceptions import ResourceExhaustedResponse
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


def test_an_index_serves_what_its_parameters_say(client):
    client.create_collection(
        "c", vectors_config={"d": models.VectorParams(size=2, distance="Dot")},
        strict_mode_config=models.StrictModeConfig(
            enabled=True, unindexed_filtering_retrieve=False, unindexed_filtering_update=False))
    on = models.FieldCondition
    uuid = "f47ac10b-58cc-4372-a567-0e02b2c3d479"
    value, any_ = (lambda v: models.MatchValue(value=v)), (lambda v: models.MatchAny(any=v))
    conditions = {
        "word": on(key="k", match=value("x")), "words": on(key="k", match=any_(["x", "y"])),
        "uuid": on(key="k", match=value(uuid)), "uuids": on(key="k", match=any_([uuid])),
        "number": on(key="k", match=value(1)), "bool": on(key="k", match=value(True)),
        "prefix": on(key="k", match=models.MatchPrefix(prefix="x")),
        "range": on(key="k", range=models.Range(gt=1)),
        "time": on(key="k", range=models.DatetimeRange(gt="2020-01-01")),
        "text": on(key="k", match=models.MatchText(text="x")),
        "phrase": on(key="k", match=models.MatchPhrase(phrase="x")),
        "geo": on(key="k", geo_radius=models.GeoRadius(
            center=models.GeoPoint(lon=1, lat=1), radius=5)),
        "count": on(key="k", values_count=models.ValuesCount(gt=1)),
        "empty": models.IsEmptyCondition(is_empty=models.PayloadField(key="k")),
        "null": models.IsNullCondition(is_null=models.PayloadField(key="k")),
    }
    always = {"count", "empty", "null"}

    def served():
        names = set()
        for name, condition in conditions.items():
            try:
                client.count("c", count_filter=models.Filter(must=[condition]))
                names.add(name)
            except UnexpectedResponse as error:
                assert error.status_code == 400 and b"Index required" in error.content
        return names

    assert served() == set()
    for schema, expected in [
        ("keyword", {"word", "words", "uuid", "uuids"}),
        (models.KeywordIndexParams(type="keyword", prefix=True),
         {"word", "words", "uuid", "uuids", "prefix"}),
        ("integer", {"number", "range"}),
        (models.IntegerIndexParams(type="integer", lookup=True, range=False), {"number"}),
        (models.IntegerIndexParams(type="integer", lookup=False, range=True), {"range"}),
        ("float", {"range"}), ("bool", {"bool"}), ("uuid", {"uuid", "uuids"}),
        ("datetime", {"time"}), ("geo", {"geo"}), ("text", {"text"}),
        (models.TextIndexParams(type="text", phrase_matching=True), {"text", "phrase"}),
    ]:
        client.create_payload_index("c", "k", schema, wait=True)
        assert served() == expected | always, schema
        client.delete_payload_index("c", "k", wait=True)
    nested = models.Filter(must=[models.NestedCondition(nested=models.Nested(
        key="a", filter=models.Filter(must=[on(key="b", match=value("x"))])))])
    with refused("Index required but not found"):
        client.delete("c", nested)
    client.create_payload_index("c", "a[].b", "keyword", wait=True)
    client.delete("c", nested, wait=True)


def test_rates_count_work(strict):
    """Each limit is what the requests take that pass, so that one more of them is refused."""
    client = strict(read_rate_limit=10)
    one = models.Filter(must=[models.HasIdCondition(has_id=[1])])
    two = models.Filter(must=[models.HasIdCondition(has_id=[1])] * 2)
    dense = models.Prefetch(query=[1.0, 1.0], using="d", filter=one)
    best = models.RecommendQuery(recommend=models.RecommendInput(
        positive=[[1.0, 1.0]] * 3, strategy="best_score"))
    requests = [
        (3, lambda: client.retrieve("c", [1, 2, 3])), (1, lambda: client.scroll("c")),
        (3, lambda: client.count("c", count_filter=two)),
        (1, lambda: client.query_points("c", query=[1.0, 1.0], using="d")),
        (3, lambda: client.query_points("c", query=[1.0, 1.0], using="d", query_filter=two)),
        (3, lambda: client.query_points("c", query=best, using="d")),
        (4, lambda: client.query_points("c", prefetch=[dense, dense],
                                        query=models.FusionQuery(fusion="rrf"))),
        (4, lambda: client.query_batch_points("c", [
            models.QueryRequest(query=[1.0, 1.0], using="d", filter=one)] * 2)),
    ]
    # A change of the configuration fills the bucket again, so that each begins with all of it.
    for number, (cost, request) in enumerate(requests):
        limit = 2 * cost
        client.update_collection("c", strict_mode_config=models.StrictModeConfig(
            read_rate_limit=limit, max_query_limit=1000 + number))
        request()
        request()
        # What comes back in the meantime is less than a token, unless the machine stands still.
        with pytest.raises(ResourceExhaustedResponse):
            request()
            request()
    client.update_collection("c", strict_mode_config=models.StrictModeConfig(read_rate_limit=5))
    with pytest.raises(Exception, match="Operation requires 6 tokens but limit is 5"):
        client.retrieve("c", [1, 2, 3, 4, 5, 6])


def test_writes_take_their_points(strict):
    client = strict(write_rate_limit=4)
    client.update_collection("c", strict_mode_config=models.StrictModeConfig(max_timeout=100))
    client.set_payload("c", {"b": 1}, points=[1], wait=True)
    points = [models.PointStruct(id=i, vector={"d": [1.0, 1.0]}) for i in range(2, 5)]
    client.upsert("c", points, wait=True)
    with pytest.raises(ResourceExhaustedResponse):
        client.upsert("c", points, wait=True)
    client.update_collection("c", strict_mode_config=models.StrictModeConfig(max_timeout=101))
    everything = models.Filter(must_not=[models.HasIdCondition(has_id=[99])])
    client.set_payload("c", {"b": 2}, points=everything, wait=True)
    with pytest.raises(ResourceExhaustedResponse):
        client.set_payload("c", {"b": 3}, points=everything, wait=True)


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
