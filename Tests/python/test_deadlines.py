"""A read ends with its time, also while its body is decoded or its words are cut: little that takes long."""

import http.client
import json
import time

import pytest

from conftest import running_daemon

C = "/collections/c"
QUERY, SCROLL = f"{C}/points/query", f"{C}/points/scroll"


@pytest.fixture(scope="module")
def filled():
    with running_daemon() as daemon:
        client = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=120)
        words = " ".join(f"w{i}" for i in range(2000))
        points = [
            {"id": i, "vector": {}, "payload": {"t": f"{words} n{i}", "s": "ab" * 50_000}}
            for i in range(60)
        ]
        for method, path, body in [
            ("PUT", C, {"sparse_vectors": {"s": {}}}),
            ("PUT", f"{C}/points?wait=true", {"points": points}),
            ("POST", "/flush", None),
        ]:
            client.request(
                method, path, json.dumps(body), {"Content-Type": "application/json"}
            )
            answer = client.getresponse()
            assert answer.status == 200, answer.read()
            answer.read()
        client.close()
        yield daemon


def many(head, element, tail, count):
    return (head + ",".join(element(i) for i in range(count)) + tail).encode()


def match(how, text, key="t"):
    return json.dumps({"filter": {"must": [{"key": key, "match": {how: text}}]}}).encode()


BODIES = {
    "paths of many steps": lambda: many(
        '{"with_payload":[', lambda i: '"' + "a." * 30 + 'a"', "]}", 300_000
    ),
    "paths": lambda: many('{"with_payload":[', lambda i: f'"m.k{i}"', "]}", 1_000_000),
    "members": lambda: many('{"x":{', lambda i: f'"{i}":0', "}}", 1_500_000),
    "numbers with many digits": lambda: many(
        '{"x":[', lambda i: "0.1234567890123456789e5", "]}", 1_200_000
    ),
    "names of vectors": lambda: many('{"with_vector":[', lambda i: f'"v{i}"', "]}", 1_500_000),
    "ids": lambda: many('{"filter":{"must":[{"has_id":[', str, "]}]}}", 2_000_000),
    "one word again and again": lambda: match("text", "w1 " * 6_000_000),
    "many words that are not there": lambda: match(
        "text", " ".join(f"w{i}" for i in range(2000)) + " ".join(f"q{i}" for i in range(1_500_000))
    ),
    "a phrase that repeats": lambda: match("phrase", "w1 " * 2_000_000 + "z"),
    "long parts of words": lambda: json.dumps(
        {
            "filter": {
                "must_not": [
                    {"key": "s", "match": {"substring": "ab" * 2000 + f"c{i}"}} for i in range(900)
                ]
            }
        }
    ).encode(),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_read_ends_with_its_time(filled, name):
    body = BODIES[name]()
    client = http.client.HTTPConnection("127.0.0.1", filled.port, timeout=120)
    client.request(
        "POST", f"{SCROLL}?timeout=1", body, {"Content-Type": "application/json"}
    )
    start = time.monotonic()
    answer = client.getresponse()
    seconds = time.monotonic() - start
    text = answer.read()
    client.close()
    assert answer.status in (200, 400, 408, 413), text[:300]
    # The promise is a tenth of a second; the rest is for a busy machine.
    assert seconds < 2, f"{answer.status} after {seconds:.2f} s"


def test_a_refusal_does_not_repeat_the_body(filled):
    client = http.client.HTTPConnection("127.0.0.1", filled.port, timeout=120)
    client.request(
        "POST",
        SCROLL,
        json.dumps({"with_payload": ["a." * 1_000_000]}),
        {"Content-Type": "application/json"},
    )
    answer = client.getresponse()
    assert answer.status == 400
    assert len(answer.read()) < 10_000
    client.close()


def test_a_write_ends_with_its_time(filled):
    def call(method, path, body):
        client = http.client.HTTPConnection("127.0.0.1", filled.port, timeout=120)
        client.request(
            method, path, json.dumps(body), {"Content-Type": "application/json"}
        )
        answer = client.getresponse()
        text = answer.read().decode()
        client.close()
        return answer.status, text

    assert call("PUT", "/collections/w", {"sparse_vectors": {"s": {}}})[0] == 200
    points = [{"id": i, "vector": {}, "payload": {"n": i}} for i in range(4000)]
    assert call("PUT", "/collections/w/points?wait=true", {"points": points})[0] == 200
    # Each is another change of all points, and cannot be made together with the one before.
    operations = [
        {
            "set_payload": {
                "filter": {"must": [{"key": "n", "range": {"gte": -i}}]},
                "payload": {"x": i},
            }
        }
        for i in range(5000)
    ]
    start = time.monotonic()
    status, text = call(
        "POST", "/collections/w/points/batch?wait=true&timeout=1", {"operations": operations}
    )
    assert status == 408, text
    assert "operations have been made" in text
    assert time.monotonic() - start < 10
    # Those that change nothing more are not written: many of them take no longer than their reading.
    operations = [{"set_payload": {"filter": {}, "payload": {"y": 1}}}] * 300
    before = json.loads(call("GET", "/stats", None)[1])["result"]["wal"]["bytes"]
    status, text = call(
        "POST", "/collections/w/points/batch?wait=true", {"operations": operations}
    )
    assert status == 200, text
    after = json.loads(call("GET", "/stats", None)[1])["result"]["wal"]["bytes"]
    assert after - before < 8 << 20
    assert call("POST", "/collections/w/points/count", {"filter": {"must": [{"key": "y", "match": {"value": 1}}]}})[
        1
    ].startswith('{"result":{"count":4000}')
