"""What is acknowledged can be read back: values at and over every limit, then a restart."""
import struct

import httpx
import pytest

C, P = "/collections/c", "/collections/c/points"
CONFIGURATION = {
    "vectors": {"d": {"size": 2, "distance": "Dot"}}, "sparse_vectors": {"s": {}}}
EQUIVALENT = ["Å", "\u212b", "A\u030a", "é", "e\u0301", "K", "\u212a"]


def nested(depth):
    value = 1
    for level in range(depth):
        value = [value] if level % 2 == 0 else {"a": value}
    return {"a": value}


@pytest.fixture
def http(daemon):
    client = httpx.Client(base_url=daemon.url, timeout=60)
    assert client.put(C, json=CONFIGURATION).status_code == 200
    yield client
    client.close()


def restarted(daemon):
    """The state before, and a client of the daemon that has been restarted."""
    assert daemon.stop() == 0
    daemon.start()
    return httpx.Client(base_url=daemon.url, timeout=60)


def requests(depth):
    deep = nested(depth - 1)
    return [
        ("PATCH", C, {"metadata": deep}),
        ("PATCH", C, {"vectors": {"d": {"x": deep}}}),
        ("PATCH", C, {"sparse_vectors": {"s": {"x": deep}}}),
        ("PATCH", C, {"optimizers_config": {"x": deep}}),
        ("PUT", C + "/index?wait=true",
         {"field_name": "k", "field_schema": {"type": "keyword", "x": deep}}),
        ("PUT", C + "/vectors/new", {"sparse": {"x": deep}}),
        ("PUT", "/collections/other", {"sparse_vectors": {"s": {"x": deep}}}),
        ("PUT", "/collections/another", {"metadata": deep}),
    ]


@pytest.mark.parametrize("depth", [2, 31, 33, 40, 60, 61])
def test_parameters_that_nest(http, daemon, depth):
    for method, path, body in requests(depth):
        reply = http.request(method, path, json=body)
        # What is kept has its limit; members that nobody knows are dropped, however deep.
        if depth <= 31:
            assert reply.status_code == 200, (path, reply.text)
        elif "metadata" in body:
            assert 400 <= reply.status_code < 500, (path, reply.text)
        else:
            assert reply.status_code == 200 or 400 <= reply.status_code < 500, (path, reply.text)
    before = [http.get(path).text for path in ("/collections", C)]
    again = restarted(daemon)
    assert [strip(again.get(path).text) for path in ("/collections", C)] == list(map(strip, before))


def strip(text):
    return text.rsplit('"time"', 1)[0]


def test_metadata_as_deep_as_a_body_may_be(http, daemon):
    """The request that once made a store unopenable."""
    value = 1
    for _ in range(62):
        value = [value]
    assert http.patch(C, json={"metadata": {"a": value}}).status_code == 400
    assert restarted(daemon).get(C).status_code == 200


@pytest.mark.parametrize("length", [1, 200, 201, 4000])
def test_names_of_vectors(http, daemon, length):
    name, accepted = "n" * length, length <= 200
    replies = [
        http.put(C + "/vectors/" + name, json={"sparse": {}}),
        http.put("/collections/e", json={"sparse_vectors": {name: {}}}),
        http.put("/collections/f", json={"vectors": {name: {"size": 1, "distance": "Dot"}}}),
    ]
    assert all(
        reply.status_code == 200 if accepted else reply.status_code == 400 for reply in replies)
    point = {"id": 1, "vector": {"s": {"indices": [1], "values": [1]}}}
    assert http.put(P + "?wait=true", json={"points": [point]}).status_code == 200
    assert restarted(daemon).get(P + "/1").status_code == 200


def test_many_and_long_names_in_a_body(http):
    many = {"sparse_vectors": {f"n{index}": {} for index in range(65_536)}}
    assert http.put("/collections/e", json=many).status_code == 400
    long = {"sparse_vectors": {"n" * 65_536: {}}}
    assert http.put("/collections/e", json=long).status_code == 400
    assert http.put("/collections/e", json={"sparse_vectors": {
        f"n{index}": {} for index in range(1024)}}).status_code == 200


def test_a_payload_deepened_by_a_path(http, daemon):
    def value(depth):
        value = {"a": 1}
        for _ in range(depth):
            value = {"a": value}
        return value

    point = {"id": 1, "vector": {}, "payload": {"a": value(20)}}
    assert http.put(P + "?wait=true", json={"points": [point]}).status_code == 200
    for steps, depth, status in [(30, 20, 200), (40, 30, 400), (64, 1, 400), (65, 1, 400),
                                 (100_000, 1, 400)]:
        reply = http.post(P + "/payload?wait=true", json={
            "points": [1], "key": ".".join("b" * steps), "payload": value(depth)})
        assert reply.status_code == status, (steps, depth, reply.text)
    before = http.get(P + "/1").json()["result"]
    assert restarted(daemon).get(P + "/1").json()["result"] == before


def test_long_keys_of_payloads(http, daemon):
    key = "k" * 65_536
    points = [{"id": 1, "vector": {}, "payload": {key: {key: 1}}}]
    assert http.put(P + "?wait=true", json={"points": points}).status_code == 200
    assert http.put(C + "/index?wait=true", json={
        "field_name": key, "field_schema": "keyword"}).status_code == 400
    again = restarted(daemon)
    assert again.get(P + "/1").json()["result"]["payload"] == {key: {key: 1}}


# Snapshots that others made


def crc32c(data, crc=0):
    crc ^= 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def snapshot(configuration):
    """A snapshot file of a collection without points; docs/formats/archive.md."""
    header = b"KINDSNAP" + struct.pack("<II", 1, 0)
    directory = (
        '{"created":"2026-01-01T00:00:00","scope":"collection","aliases":{},"collections":'
        '[{"name":"c","identity":1,"points":0,"configuration":%s}]}' % configuration).encode()
    footer = struct.pack(
        "<QQQI", len(header), len(directory), len(header) + len(directory) + 40,
        crc32c(directory))
    footer += struct.pack("<I", crc32c(footer, crc32c(header))) + b"KINDSNAP"
    return header + directory + footer


def deep_text(depth):
    return "[" * depth + "]" * depth


@pytest.mark.parametrize("configuration, accepted", [
    ('{"echoed":{"metadata":{"a":%s}}}' % deep_text(20), True),
    ('{"echoed":{"metadata":%s}}' % deep_text(90), True),
    ('{"echoed":{"metadata":%s}}' % deep_text(122), False),
    ('{"echoed":{"metadata":%s}}' % deep_text(400), False),
    ('{"sparse":{"%s":{"modifier":"none"}}}' % ("n" * 200), True),
    ('{"sparse":{"%s":{"modifier":"none"}}}' % ("n" * 201), False),
    ('{"sparse":{"%s":{"modifier":"none"}}}' % ("n" * 65_536), False),
    ('{"sparse":{%s}}' % ",".join(
        '"n%d":{"modifier":"none"}' % index for index in range(1025)), False),
    ('{"dense":{"d":{"size":70000,"distance":"Dot","multi":false}}}', False),
    ('{"indexes":{"%s":{"kind":"keyword"}}}' % ("k" * 1025), False),
])
def test_an_uploaded_snapshot(http, daemon, configuration, accepted):
    reply = http.post("/collections/u/snapshots/upload", files={
        "snapshot": ("u.snapshot", snapshot(configuration))})
    assert (reply.status_code == 200) if accepted else (400 <= reply.status_code < 500), reply.text
    assert http.get("/collections/u/exists").json()["result"]["exists"] == accepted
    before = http.get("/collections/u").json().get("result")
    again = restarted(daemon)
    assert again.get("/collections/u").json().get("result") == before
    assert again.get(C).status_code == 200


# Bytes decide what is equal


def test_equivalent_names(http, daemon):
    for index, name in enumerate(EQUIVALENT):
        path = "/collections/" + name
        assert http.put(path, json={
            "sparse_vectors": {name: {} for name in EQUIVALENT}}).status_code == 200
        assert http.put(path + "/points?wait=true", json={"points": [
            {"id": index, "payload": {name: name},
             "vector": {name: {"indices": [index], "values": [1]}}}]}).status_code == 200
    again = restarted(daemon)
    names = [entry["name"] for entry in again.get("/collections").json()["result"]["collections"]]
    assert sorted(names) == sorted(EQUIVALENT + ["c"])
    for index, name in enumerate(EQUIVALENT):
        found = again.post(f"/collections/{name}/points/scroll", json={
            "with_vector": True}).json()["result"]["points"]
        assert found == [{"id": index, "payload": {name: name},
                          "vector": {name: {"indices": [index], "values": [1.0]}}}]


def test_a_filter_deletes_no_other_keys_points(http, daemon):
    assert http.put(C + "/index?wait=true", json={
        "field_name": "Å", "field_schema": "keyword"}).status_code == 200
    points = [{"id": 1, "vector": {}, "payload": {"Å": "x"}},
              {"id": 2, "vector": {}, "payload": {"\u212b": "x"}}]
    assert http.put(P + "?wait=true", json={"points": points}).status_code == 200
    again = restarted(daemon)
    other = {"must": [{"key": "\u212b", "match": {"value": "x"}}]}
    assert again.post(P + "/count", json={"filter": other}).json()["result"]["count"] == 1
    assert again.post(P + "/delete?wait=true", json={"filter": other}).status_code == 200
    left = again.post(P + "/scroll", json={}).json()["result"]["points"]
    assert [point["id"] for point in left] == [1]


# Whole numbers in ranges

NUMBERS = [
    0, 1, -1, 2**53 - 1, 2**53, 2**53 + 1, -(2**53), -(2**53) - 1, 2**63 - 1, 2**63, 2**64 - 1,
    -(2**63), 0.0, -0.0, 1e308, 2.0**53, 2.0**63, 2.0**64]


@pytest.mark.parametrize("kind", [None, "integer", "float"])
def test_ranges_compare_exactly(http, daemon, kind):
    if kind:
        assert http.put(C + "/index?wait=true", json={
            "field_name": "n", "field_schema": kind}).status_code == 200
    points = [{"id": index, "vector": {}, "payload": {"n": number}}
              for index, number in enumerate(NUMBERS)]
    assert http.put(P + "?wait=true", json={"points": points}).status_code == 200

    def check(client):
        for bound in NUMBERS:
            for name, holds in [("lt", lambda n: n < bound), ("gt", lambda n: n > bound),
                                ("lte", lambda n: n <= bound), ("gte", lambda n: n >= bound)]:
                found = client.post(P + "/scroll", json={
                    "limit": 100, "filter": {"must": [{"key": "n", "range": {name: bound}}]}})
                ids = [point["id"] for point in found.json()["result"]["points"]]
                expected = [index for index, number in enumerate(NUMBERS) if holds(number)]
                assert ids == expected, (name, bound)

    check(http)
    check(restarted(daemon))
