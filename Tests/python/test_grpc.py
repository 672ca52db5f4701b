"""gRPC: the same operations as REST has, with messages. The official client speaks both in test_client.py,
test_queries.py and test_snapshots.py; here are the parts that are gRPC's own."""
import random
import signal
import struct
import uuid

import grpc
import httpx
import pytest
import qdrant_client.grpc as q
from google.protobuf import descriptor_pb2, descriptor_pool, empty_pb2, message_factory
from grpc import StatusCode
from qdrant_client import QdrantClient, models

from conftest import refused


@pytest.fixture
def channel(daemon):
    with grpc.insecure_channel(f"127.0.0.1:{daemon.grpc_port}") as channel:
        yield channel


def call(channel, method, request, answer=None, **options):
    """Calls `qdrant.Points/Query` and its like."""
    return channel.unary_unary(
        "/" + method, request_serializer=lambda message: message.SerializeToString(),
        response_deserializer=answer.FromString if answer else bytes)(request, **options)


def code_of(channel, method, request, **options):
    with pytest.raises(grpc.RpcError) as error:
        call(channel, method, request, timeout=20, **options)
    return error.value.code()


def raw(data):
    """A request whose bytes are chosen."""
    class Raw:
        def SerializeToString(self):
            return data
    return Raw()


# MARK: The same answers

@pytest.fixture
def both(daemon):
    """Both clients of one daemon that holds a little of everything."""
    rest, over_grpc = daemon.over_tcp(), daemon.over_grpc()
    over_grpc.create_collection(
        "c",
        vectors_config={
            "d": models.VectorParams(size=3, distance="Cosine"),
            "m": models.VectorParams(
                size=2, distance="Dot",
                multivector_config=models.MultiVectorConfig(comparator="max_sim")),
        },
        sparse_vectors_config={
            "w": models.SparseVectorParams(), "s": models.SparseVectorParams(), "i": models.SparseVectorParams(modifier="idf")})
    rng = random.Random(5)
    points = []
    for i in range(60):
        terms = rng.sample(range(40), rng.randint(1, 8))
        sparse = models.SparseVector(
            indices=terms, values=[rng.uniform(-2, 2) for _ in terms])
        words = models.Document(text=f"some words {i % 7}", model="qdrant/bm25")
        vector = {"s": sparse, "i": sparse, "w": words}
        if i % 3:
            vector["d"] = [rng.uniform(-1, 1) for _ in range(3)]
            vector["m"] = [[rng.uniform(-1, 1) for _ in range(2)] for _ in range(1 + i % 3)]
        points.append(models.PointStruct(
            id=i if i % 4 else str(uuid.UUID(int=i + 1)), vector=vector, payload={
                "n": i, "x": i / 7, "kind": "abc"[i % 3], "tags": ["t%d" % (i % 5), "u"],
                "deep": {"list": [1, 2.5, None, True, "é", {"a": []}], "e\u0301": 1, "\u00e9": 2},
                "at": f"2024-01-{i % 28 + 1:02}T10:00:00Z",
                "place": {"lon": i * 1.5 - 40, "lat": 20.0 - i / 3}, "text": "some words w%d" % i,
                "none": None, "big": 2**62, "items": [{"k": i % 3}, {"k": 7}],
                "some": [i] * (i % 3)}))
    over_grpc.upsert("c", points, wait=True)
    for field, schema in [("n", "integer"), ("kind", "keyword"), ("text", models.TextIndexParams(
            type="text", tokenizer="word", scoring=True, min_token_len=2, lowercase=True))]:
        over_grpc.create_payload_index("c", field, schema, wait=True)
    return rest, over_grpc


M, F, C = models, models.Filter, models.FieldCondition

FILTERS = [
    F(must=[C(key="n", range=M.Range(gte=10, lt=40))]),
    F(must=[C(key="kind", match=M.MatchValue(value="a"))], must_not=[M.HasIdCondition(has_id=[9])]),
    F(should=[C(key="kind", match=M.MatchAny(any=["a", "b"])),
              C(key="n", match=M.MatchExcept(**{"except": [1, 2, 3]}))]),
    F(min_should=M.MinShould(min_count=1, conditions=[
        C(key="tags", values_count=M.ValuesCount(gt=2)), M.IsEmptyCondition(
            is_empty=M.PayloadField(key="some"))])),
    F(must=[M.IsNullCondition(is_null=M.PayloadField(key="none")), M.HasVectorCondition(
        has_vector="d")]),
    F(must=[C(key="at", range=M.DatetimeRange(gte="2024-01-05T00:00:00Z", lt="2024-01-09T10:00:00Z"))]),
    F(must=[C(key="place", geo_radius=M.GeoRadius(center=M.GeoPoint(lon=0, lat=10), radius=2e6))]),
    F(must=[C(key="place", geo_bounding_box=M.GeoBoundingBox(
        top_left=M.GeoPoint(lon=-30, lat=19), bottom_right=M.GeoPoint(lon=10, lat=5)))]),
    F(must=[C(key="place", geo_polygon=M.GeoPolygon(exterior=M.GeoLineString(points=[
        M.GeoPoint(lon=-40, lat=0), M.GeoPoint(lon=20, lat=0), M.GeoPoint(lon=20, lat=30),
        M.GeoPoint(lon=-40, lat=0)])))]),
    F(must=[C(key="text", match=M.MatchText(text="words w7"))]),
    F(must=[M.NestedCondition(nested=M.Nested(key="items", filter=F(must=[
        C(key="k", match=M.MatchValue(value=1))])))]),
]

SPARSE = M.SparseVector(indices=[1, 5, 9, 13], values=[1.0, 0.5, -0.25, 2.0])

QUERIES = [
    dict(query=SPARSE, using="s"),
    dict(query=SPARSE, using="i", with_payload=True, with_vectors=True),
    dict(query=[0.1, 0.2, 0.3], using="d", with_vectors=["d"], with_payload=["n", "deep.list"]),
    dict(query=[[0.1, 0.2], [1.0, 0.0]], using="m", limit=7, offset=2),
    dict(query=5, using="s", with_payload=M.PayloadSelectorExclude(exclude=["deep"])),
    dict(query=SPARSE, using="s", score_threshold=0.5),
    dict(query=M.RecommendQuery(recommend=M.RecommendInput(
        positive=[5, SPARSE], negative=[6], strategy="sum_scores")), using="s"),
    dict(query=M.DiscoverQuery(discover=M.DiscoverInput(
        target=5, context=M.ContextPair(positive=6, negative=7))), using="s"),
    dict(query=M.ContextQuery(context=[M.ContextPair(positive=6, negative=7)]), using="s"),
    dict(query=M.OrderByQuery(order_by=M.OrderBy(key="n", direction="desc", start_from=30))),
    dict(query=M.FusionQuery(fusion="dbsf"), prefetch=[
        M.Prefetch(query=SPARSE, using="s", filter=FILTERS[0]),
        M.Prefetch(query=[0.5, 0.1, 0.0], using="d", limit=5)]),
    dict(query=M.RrfQuery(rrf=M.Rrf(k=3, weights=[1.0, 2.0])), prefetch=[
        M.Prefetch(query=SPARSE, using="s"), M.Prefetch(query=[0.5, 0.1, 0.0], using="d")]),
    dict(query=M.NearestQuery(nearest=[1.0, 0.0, 0.0], mmr=M.Mmr(
        diversity=0.7, candidates_limit=20)), using="d"),
    dict(prefetch=M.Prefetch(query=SPARSE, using="s"), query=M.FormulaQuery(
        formula=M.SumExpression(sum=[
            "$score", M.MultExpression(mult=[0.5, "x"]), M.NegExpression(neg=0.25),
            M.DivExpression(div=M.DivParams(left=1.0, right="n", by_zero_default=2.0)),
            C(key="kind", match=M.MatchValue(value="a")),
            M.ExpDecayExpression(exp_decay=M.DecayParamsExpression(x="n", target=10.0, scale=5.0)),
            M.GeoDistance(geo_distance=M.GeoDistanceParams(
                origin=M.GeoPoint(lon=1, lat=1), to="place"))]),
        defaults={"x": 1.5, "place": {"lon": 0, "lat": 0}})),
    dict(query=M.Document(text="some words", model="qdrant/bm25"), using="w"),
    dict(query=None, limit=4),
]


def same(answer, place=""):
    """The answer in a form in which both wires say the same: REST writes numbers of 32 bits as short as
    they can be, messages as they are. Payloads are compared as they are."""
    if isinstance(answer, float) and place != "payload":
        return struct.unpack("f", struct.pack("f", answer))[0]
    if isinstance(answer, (list, tuple)):
        return [same(element, place) for element in answer]
    if hasattr(answer, "model_dump"):
        answer = dict(answer)
    if isinstance(answer, dict):
        return {name: same(value, "payload" if "payload" in (name, place) else name)
                for name, value in answer.items()}
    return answer


@pytest.mark.parametrize("number", range(len(QUERIES)))
def test_queries_answer_what_rest_answers(both, number):
    query = QUERIES[number]
    rest, over_grpc = (client.query_points("c", **query).points for client in both)
    assert len(rest) > 0
    assert same(over_grpc) == same(rest)
    batch = M.QueryRequest(**{"with_payload": True} | {
        {"using": "using", "with_vectors": "with_vector"}.get(name, name): value
        for name, value in query.items()})
    in_batch = both[1].query_batch_points("c", [batch, batch])
    assert [b.points for b in in_batch] == [over_grpc, over_grpc]


@pytest.mark.parametrize("number", range(len(FILTERS)))
def test_filters_mean_what_they_mean_in_rest(both, number):
    rest, over_grpc = (client.scroll(
        "c", scroll_filter=FILTERS[number], limit=100, with_vectors=True) for client in both)
    assert same(over_grpc) == same(rest)
    assert 0 < len(rest[0]) < 60
    counts = [client.count("c", count_filter=FILTERS[number]).count for client in both]
    assert counts == [len(rest[0])] * 2


def test_groups_facets_matrices_and_pages_are_the_same(both):
    def all_of(client):
        first, offset = client.scroll("c", limit=25)
        second, _ = client.scroll("c", limit=50, offset=offset)
        groups = client.query_points_groups(
            "c", group_by="kind", query=SPARSE, using="s", limit=3, group_size=2, with_payload=["n"])
        numbers = client.query_points_groups(
            "c", group_by="n", query=SPARSE, using="s", limit=3, group_size=2)
        return (first, second, groups, numbers, client.facet("c", key="kind"),
                client.facet("c", key="n", limit=3, facet_filter=FILTERS[0]),
                client.retrieve("c", [5, 6, str(uuid.UUID(int=1))], with_vectors=True),
                client.scroll("c", limit=5, order_by=M.OrderBy(key="n", start_from=7)))

    rest, over_grpc = map(all_of, both)
    assert same(over_grpc) == same(rest)
    for client in both:
        pairs = client.search_matrix_pairs("c", sample=60, limit=2, using="s").pairs
        assert {(p.a, p.b) for p in pairs} == {
            (p.a, p.b) for p in both[0].search_matrix_pairs("c", sample=60, limit=2, using="s").pairs}
        offsets = client.search_matrix_offsets("c", sample=60, limit=2, using="s")
        assert len(offsets.ids) == 60 and len(offsets.scores) == len(offsets.offsets_row)


def test_changes_of_points_are_the_same(both):
    rest, over_grpc = both

    def point(id):
        one, other = (client.retrieve("c", [id], with_vectors=True)[0] for client in both)
        assert same(one) == same(other)
        return other

    over_grpc.set_payload("c", {"new": [1, {"a": None}]}, points=[5], wait=True)
    over_grpc.set_payload("c", {"inner": 1}, points=[5], key="deep.more", wait=True)
    assert point(5).payload["deep"]["more"] == {"inner": 1}
    over_grpc.delete_payload("c", keys=["tags", "deep.list"], points=[5], wait=True)
    assert "tags" not in point(5).payload
    over_grpc.overwrite_payload("c", {"only": 1}, points=FILTERS[1], wait=True)
    over_grpc.clear_payload("c", points_selector=[7], wait=True)
    assert point(7).payload == {}
    over_grpc.update_vectors("c", [M.PointVectors(id=7, vector={"s": SPARSE})], wait=True)
    assert same(point(7).vector["s"]) == same(SPARSE)
    over_grpc.delete_vectors("c", vectors=["d"], points=[7], wait=True)
    assert "d" not in point(7).vector
    over_grpc.batch_update_points("c", wait=True, update_operations=[
        M.UpsertOperation(upsert=M.PointsList(points=[
            M.PointStruct(id=900, vector={"s": SPARSE}, payload={"a": 1})])),
        M.SetPayloadOperation(set_payload=M.SetPayload(payload={"b": 2}, points=[900])),
        M.DeletePayloadOperation(delete_payload=M.DeletePayload(keys=["a"], points=[900])),
        M.DeleteOperation(delete=M.PointIdsList(points=[10])),
        M.DeleteVectorsOperation(delete_vectors=M.DeleteVectors(points=[9], vector=["i"])),
    ])
    assert point(900).payload == {"b": 2}
    assert rest.retrieve("c", [10]) == []
    assert "i" not in point(9).vector
    over_grpc.delete("c", points_selector=[900], wait=True)
    assert over_grpc.count("c").count == 59
    over_grpc.delete_payload_index("c", "n", wait=True)
    assert set(rest.get_collection("c").payload_schema) == {"kind", "text"}


def test_configurations_come_back_as_they_were_given(daemon):
    rest, over_grpc = daemon.over_tcp(), daemon.over_grpc()
    given = dict(
        vectors_config={
            "a": M.VectorParams(
                size=8, distance="Euclid", datatype="float16", on_disk=True,
                hnsw_config=M.HnswConfigDiff(m=8), quantization_config=M.ProductQuantization(
                    product=M.ProductQuantizationConfig(compression="x4", always_ram=True))),
            "": M.VectorParams(size=2, distance="Manhattan", multivector_config=M.MultiVectorConfig(
                comparator="max_sim"))},
        sparse_vectors_config={"s": M.SparseVectorParams(
            modifier="idf", index=M.SparseIndexParams(full_scan_threshold=3, datatype="uint8"))},
        quantization_config=M.BinaryQuantization(binary=M.BinaryQuantizationConfig(
            encoding="one_and_half_bits", query_encoding="scalar8bits")),
        optimizers_config=M.OptimizersConfigDiff(max_optimization_threads=3, deleted_threshold=0.5),
        wal_config=M.WalConfigDiff(wal_capacity_mb=5),
        strict_mode_config=M.StrictModeConfig(
            enabled=True, max_query_limit=900, sparse_config={"s": M.StrictModeSparse(max_length=99)},
            multivector_config={"": M.StrictModeMultivector(max_vectors=4)}),
        metadata={"who": "me", "deep": {"x": [1, 2.5, None]}}, on_disk_payload=True)
    over_grpc.create_collection("a", **given)
    rest.create_collection("b", **given)
    for field, schema in [
        ("k", M.KeywordIndexParams(type="keyword", is_tenant=True)),
        ("i", M.IntegerIndexParams(type="integer", lookup=False, range=True)),
        ("t", M.TextIndexParams(
            type="text", tokenizer="word", stopwords=M.StopwordsSet(
                languages=["english"], custom=["x"]), phrase_matching=True,
            stemmer=M.SnowballParams(type="snowball", language="german"))),
        ("u", "uuid"), ("d", "datetime"), ("g", "geo"), ("f", "float"), ("b", "bool"),
    ]:
        over_grpc.create_payload_index("a", field, schema, wait=True)
        rest.create_payload_index("b", field, schema, wait=True)

    def info(client, name):
        info = client.get_collection(name)
        return info.config, info.payload_schema, info.points_count, info.status

    assert info(rest, "a") == info(rest, "b")
    seen, expected = info(over_grpc, "a"), info(rest, "a")
    assert seen[0].params == expected[0].params
    assert seen[0].strict_mode_config == expected[0].strict_mode_config
    assert seen[0].quantization_config == expected[0].quantization_config
    assert seen[0].metadata == expected[0].metadata
    assert seen[1:] == expected[1:]
    over_grpc.update_collection(
        "a", metadata={"who": "you"}, vectors_config={"a": M.VectorParamsDiff(on_disk=False)},
        optimizers_config=M.OptimizersConfigDiff(indexing_threshold=7),
        quantization_config=M.Disabled.DISABLED)
    config = rest.get_collection("a").config
    assert config.optimizer_config.indexing_threshold == 7
    assert config.params.vectors["a"].on_disk is False
    assert config.metadata["who"] == "you"


def test_aliases(daemon):
    client = daemon.over_grpc()
    client.create_collection("c", vectors_config={})
    client.update_collection_aliases([M.CreateAliasOperation(
        create_alias=M.CreateAlias(collection_name="c", alias_name="a"))])
    client.update_collection_aliases([M.RenameAliasOperation(
        rename_alias=M.RenameAlias(old_alias_name="a", new_alias_name="b"))])
    assert client.get_aliases() == daemon.over_tcp().get_aliases()
    assert client.count("b").count == 0
    assert [a.alias_name for a in client.get_collection_aliases("c").aliases] == ["b"]
    client.update_collection_aliases([M.DeleteAliasOperation(
        delete_alias=M.DeleteAlias(alias_name="b"))])
    assert client.get_aliases().aliases == []


def test_what_the_older_methods_answer(both, channel):
    ids = lambda answer: [p.id for p in answer.result]  # noqa: E731
    answer = call(channel, "qdrant.Points/Search", q.SearchPoints(
        collection_name="c", vector=SPARSE.values, vector_name="s", limit=5,
        sparse_indices=q.SparseIndices(data=SPARSE.indices)), q.SearchResponse)
    same = call(channel, "qdrant.Points/Query", q.QueryPoints(
        collection_name="c", using="s", limit=5, query=q.Query(nearest=q.VectorInput(
            sparse=q.SparseVector(indices=SPARSE.indices, values=SPARSE.values)))), q.QueryResponse)
    assert ids(answer) == ids(same) and len(answer.result) == 5 and answer.time > 0
    examples = dict(collection_name="c", using="s", limit=4, positive=[q.PointId(num=5)])
    recommended = call(
        channel, "qdrant.Points/Recommend", q.RecommendPoints(**examples), q.RecommendResponse)
    assert len(recommended.result) == 4
    batch = call(channel, "qdrant.Points/RecommendBatch", q.RecommendBatchPoints(
        collection_name="c", recommend_points=[q.RecommendPoints(**examples)]),
        q.RecommendBatchResponse)
    assert ids(batch.result[0]) == ids(recommended)
    groups = call(channel, "qdrant.Points/RecommendGroups", q.RecommendPointGroups(
        **examples, group_by="kind", group_size=1), q.RecommendGroupsResponse)
    assert len(groups.result.groups) == 3
    groups = call(channel, "qdrant.Points/SearchGroups", q.SearchPointGroups(
        collection_name="c", vector=[1, 0, 0], vector_name="d", limit=2, group_by="kind",
        group_size=2), q.SearchGroupsResponse)
    assert len(groups.result.groups) == 2
    discovered = call(channel, "qdrant.Points/Discover", q.DiscoverPoints(
        collection_name="c", using="s", limit=3,
        target=q.TargetVector(single=q.VectorExample(id=q.PointId(num=5)))), q.DiscoverResponse)
    assert len(discovered.result) == 3
    # The flat fields of vectors that came before named kinds.
    call(channel, "qdrant.Points/Upsert", q.UpsertPoints(collection_name="c", wait=True, points=[
        q.PointStruct(id=q.PointId(num=700), vectors=q.Vectors(vectors=q.NamedVectors(vectors={
            "s": q.Vector(data=[1.5], indices=q.SparseIndices(data=[3])),
            "m": q.Vector(data=[1, 2, 3, 4], vectors_count=2), "d": q.Vector(data=[1, 0, 0])})))]))
    vector = both[0].retrieve("c", [700], with_vectors=True)[0].vector
    assert vector["s"].indices == [3] and vector["m"] == [[1, 2], [3, 4]]


def test_calls_that_come_together_are_each_answered(both, channel):
    """A connection that brings many at once shares them with threads, and every answer finds its call."""
    ask = channel.unary_unary(
        "/qdrant.Points/Query", request_serializer=q.QueryPoints.SerializeToString,
        response_deserializer=q.QueryResponse.FromString)
    rng = random.Random(8)
    asked = []
    for i in range(600):
        terms, limit = rng.sample(range(40), rng.randint(1, 6)), rng.randint(1, 9)
        values = [rng.uniform(-2, 2) for _ in terms]
        asked.append((i, limit, ask.future(q.QueryPoints(
            collection_name="c" if i % 50 else "nowhere", using="s", limit=limit, query=q.Query(
                nearest=q.VectorInput(sparse=q.SparseVector(indices=terms, values=values)))),
            timeout=30), models.SparseVector(indices=terms, values=values)))
    for i, limit, future, vector in asked:
        if i % 50 == 0:
            assert future.code() == StatusCode.NOT_FOUND
            continue
        expected = both[0].query_points("c", query=vector, using="s", limit=limit).points
        found = future.result().result
        assert [(p.id.num or p.id.uuid, p.score) for p in found] == [
            (p.id, struct.unpack("f", struct.pack("f", p.score))[0]) for p in expected]
        assert future.result().time > 0


# MARK: Services

def test_health_answers_without_a_key_and_says_what_there_is(daemon, channel):
    health = call(channel, "qdrant.Qdrant/HealthCheck", q.HealthCheckRequest(), q.HealthCheckReply)
    assert health.title.startswith("kindred") and health.version.startswith("1.")
    assert call(channel, "grpc.health.v1.Health/Check", empty_pb2.Empty()) == b"\x08\x01"
    assert code_of(channel, "grpc.health.v1.Health/Check", raw(b"\x0a\x01x")) is StatusCode.NOT_FOUND
    assert httpx.get(daemon.url + "/metrics").text.count('endpoint="/qdrant.Qdrant/HealthCheck"') > 1


WATCH = "grpc.health.v1.Health/Watch"
SERVING, NOT_SERVING, SERVICE_UNKNOWN = b"\x08\x01", b"\x08\x02", b"\x08\x03"


def test_health_can_be_watched(daemon, channel):
    def watch(request, **options):
        return channel.unary_stream("/" + WATCH, request_serializer=bytes, response_deserializer=bytes)(
            request, **options)

    whole, points, none = watch(b""), watch(b"\x0a\x0dqdrant.Points"), watch(b"\x0a\x01x")
    assert [next(whole), next(points), next(none)] == [SERVING, SERVING, SERVICE_UNKNOWN]
    # Other calls on the connection are answered meanwhile, and so is one that was called off.
    passing = watch(b"")
    assert next(passing) == SERVING
    passing.cancel()
    short = watch(b"", timeout=0.3)
    assert next(short) == SERVING
    with pytest.raises(grpc.RpcError) as error:
        next(short)
    assert error.value.code() is StatusCode.DEADLINE_EXCEEDED
    call(channel, "grpc.health.v1.Health/Check", empty_pb2.Empty())
    daemon.process.send_signal(signal.SIGTERM)
    for watched, last in [(whole, [NOT_SERVING]), (points, [NOT_SERVING]), (none, [])]:
        seen = []
        with pytest.raises(grpc.RpcError) as error:
            for answer in watched:
                seen.append(answer)
        assert seen == last
        assert error.value.code() is StatusCode.UNAVAILABLE
    assert daemon.process.wait(30) == 0


# MARK: Compression

@pytest.fixture
def many(daemon):
    """A collection whose points repeat themselves, and its daemon."""
    client = daemon.over_tcp()
    client.create_collection("c", sparse_vectors_config={"s": models.SparseVectorParams()})
    client.upsert("c", wait=True, points=[
        models.PointStruct(id=id, vector={}, payload={"text": "the same again " * 20})
        for id in range(300)])
    return daemon


@pytest.mark.parametrize("limit", [1, 10, 300])
def test_answers_are_compressed_for_those_who_compress(many, limit):
    request = q.ScrollPoints(
        collection_name="c", limit=limit, with_payload=q.WithPayloadSelector(enable=True))
    answers = []
    for compression in [grpc.Compression.NoCompression, grpc.Compression.Gzip, grpc.Compression.Deflate]:
        with grpc.insecure_channel(f"127.0.0.1:{many.grpc_port}", compression=compression) as channel:
            method = channel.unary_unary(
                "/qdrant.Points/Scroll", request_serializer=lambda message: message.SerializeToString(),
                response_deserializer=q.ScrollResponse.FromString)
            answer, made = method.with_call(request, timeout=20)
            answers.append(list(answer.result))
            head = dict(made.initial_metadata())
            assert "gzip" in head.get("grpc-accept-encoding", "gzip")
    assert answers[0] == answers[1] == answers[2] and len(answers[0]) == limit


def test_the_official_client_may_compress(many):
    plain = many.over_grpc()
    gzip = QdrantClient(
        url=many.url, prefer_grpc=True, grpc_port=many.grpc_port,
        grpc_compression=grpc.Compression.Gzip)
    assert gzip.scroll("c", limit=300) == plain.scroll("c", limit=300)
    gzip.upsert("c", wait=True, points=[
        models.PointStruct(id=1, vector={}, payload={"text": "another " * 1000})])
    assert gzip.retrieve("c", [1]) == plain.retrieve("c", [1])


def described(channel, version="v1"):
    """All files that reflection tells of, by name."""
    files = {}

    def ask(request):
        stream = channel.stream_stream(
            f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
            request_serializer=bytes, response_deserializer=bytes)
        return list(stream(iter([request]), timeout=20))

    [services] = ask(b"\x3a\x00")
    for service in ["Points", "Collections", "Snapshots", "Qdrant"]:
        assert b"qdrant." + service.encode() in services
        symbol = b"qdrant." + service.encode()
        [answer] = ask(b"\x22" + bytes([len(symbol)]) + symbol)
        response = REFLECTION.FromString(answer)
        for data in response.file_descriptor_response.file_descriptor_proto:
            file = descriptor_pb2.FileDescriptorProto.FromString(data)
            files[file.name] = file
    return files


def reflection_message():
    """The response of server reflection, as far as it is read here."""
    file = descriptor_pb2.FileDescriptorProto(name="r.proto", package="r", syntax="proto3")
    files = file.message_type.add(name="Files")
    files.field.add(name="file_descriptor_proto", number=1, label=3, type=12)
    response = file.message_type.add(name="Response")
    response.field.add(
        name="file_descriptor_response", number=4, label=1, type=11, type_name=".r.Files")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("r.Response"))


REFLECTION = reflection_message()


@pytest.mark.parametrize("version", ["v1", "v1alpha"])
def test_reflection_tells_what_the_official_client_knows(channel, version):
    def shape(message):
        return (
            {(f.name, f.number, f.type, f.label, f.type_name, f.proto3_optional)
             for f in message.field}, bool(message.options.map_entry),
            {n.name: shape(n) for n in message.nested_type},
            {e.name: {(v.name, v.number) for v in e.value} for e in message.enum_type})

    def contents(file):
        return (
            {m.name: shape(m) for m in file.message_type},
            {e.name: {(v.name, v.number) for v in e.value} for e in file.enum_type},
            {(s.name, m.name, m.input_type, m.output_type) for s in file.service for m in s.method})

    files = described(channel, version)
    names = [name for name in files if not name.startswith("google/")]
    assert len(names) == 8
    for name in names:
        known = descriptor_pb2.FileDescriptorProto()
        descriptor_pool.Default().FindFileByName(name).CopyToProto(known)
        assert contents(files[name]) == contents(known), name


def test_every_method_of_the_client_is_there(channel):
    """A method that is not there is UNIMPLEMENTED, whatever it is sent."""
    for file in ["points_service.proto", "collections_service.proto", "snapshots_service.proto"]:
        for service in descriptor_pool.Default().FindFileByName(file).services_by_name.values():
            for method in service.methods:
                path = f"{service.full_name}/{method.name}"
                try:
                    call(channel, path, raw(b""), timeout=20)
                except grpc.RpcError as error:
                    cluster = {"UpdateCollectionClusterSetup", "CreateShardKey", "DeleteShardKey"}
                    if error.code() is StatusCode.UNIMPLEMENTED:
                        assert method.name in cluster, path
                    else:
                        assert error.code() in [StatusCode.INVALID_ARGUMENT, StatusCode.NOT_FOUND], path
