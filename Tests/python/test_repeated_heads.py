"""Requests whose heads the connection has seen before pass the decoder by: they are answered as on a connection
of their own."""
import json
import os
import random
import time

import pytest

from test_hostile import call, connect, daemon, is_well

QUERY = "/collections/c/points/query"
JSON = ["Content-Type: application/json"]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with daemon(tmp_path_factory.mktemp("heads")) as running:
        assert call(running, "unix", "PUT", "/collections/c", {"sparse_vectors": {"ratings": {}}})[0] == 200
        points = [{"id": id, "vector": {"ratings": {"indices": [id % 5, 7 + id % 3], "values": [1, 2]}}}
                  for id in range(50)]
        assert call(running, "unix", "PUT", "/collections/c/points", {"points": points})[0] == 200
        yield running
        assert is_well(running)


def request(method, path, headers, body=None, length=None):
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *headers]
    if body is not None:
        lines.append(length or f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + (body or b"")


def query(chance):
    count = chance.randrange(1, 4)
    body = {"query": {"indices": chance.sample(range(10), count), "values": [chance.uniform(-2, 2)] * count},
            "using": "ratings", "limit": chance.choice([1, 5, 50])}
    return json.dumps(body).encode()


def draw(chance, may_end):
    """A request that changes nothing, and whether the connection outlives it. Most have one of a few heads."""
    kind = chance.randrange(24 if may_end else 22)
    if kind < 9:
        return request("POST", QUERY, JSON, query(chance)), True
    if kind < 11:
        return request("GET", "/livez", []), True
    if kind < 13:
        return request("POST", "/collections/c/points/count", JSON, b"{}"), True
    return {
        13: lambda: (request("POST", QUERY, JSON, b'{"query"'), True),
        14: lambda: (request("POST", QUERY, JSON, b""), True),
        15: lambda: (request("POST", QUERY, JSON, b"{}", "Content-Length: 002"), True),
        16: lambda: (request("POST", QUERY, JSON, b"{}", "content-LENGTH:2"), True),
        17: lambda: (request("POST", QUERY, JSON, b"{}", "Content-Length:  2 "), True),
        18: lambda: (b"\r\n" + request("GET", "/livez", []), True),
        # The text of another request in the place of a body.
        19: lambda: (request("POST", QUERY, JSON, request("GET", "/livez", [])), True),
        20: lambda: (request("PUT", "/collections/c/points", ["Content-Type: text/plain"], b"{}"), True),
        21: lambda: (request("POST", QUERY, [*JSON, "Transfer-Encoding: chunked"])
                     + b"2\r\n{}\r\n0\r\n\r\n", True),
        22: lambda: (request("POST", QUERY, JSON, b"{}", "Content-Length: 2\r\nContent-Length: 2"), False),
        23: lambda: (request("GET", "/livez", ["Connection: close"]), False),
    }[kind]()


def answer(stream):
    """Status, headers and body of the next answer, without what the clock says; None at the end."""
    status = stream.readline()
    if not status:
        return None
    headers = []
    length = 0
    while (line := stream.readline()) != b"\r\n":
        assert line, "the answer ends within its head"
        if line.startswith(b"content-length: "):
            length = int(line[16:])
        elif not line.startswith(b"date: "):
            headers.append(line)
    body = stream.read(length)
    try:
        body = json.loads(body)
        body.pop("time", None)
    except ValueError:
        pass
    return status, headers, body


def alone(running, door, text):
    with connect(running, door) as client, client.makefile("rb") as stream:
        client.sendall(text)
        return answer(stream)


@pytest.mark.parametrize("door", ["tcp", "unix"])
@pytest.mark.parametrize("seed", range(12))
def test_answers_are_those_of_fresh_connections(running, door, seed):
    seed += int(os.environ.get("FUZZING_SEED", 0))
    chance = random.Random(seed)
    requests = []
    while len(requests) < 60 and (not requests or requests[-1][1]):
        requests.append(draw(chance, may_end=len(requests) > 30))
    expected = [alone(running, door, text) for text, _ in requests]
    # One by one, together, or cut anywhere.
    pieces = [text for text, _ in requests]
    if seed % 3:
        whole = b"".join(pieces)
        cuts = sorted(chance.sample(range(len(whole)), min(len(whole), 20)))
        pieces = [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)])]
        if seed % 3 == 2:
            pieces = [whole]
    with connect(running, door) as client, client.makefile("rb") as stream:
        for index, piece in enumerate(pieces):
            client.sendall(piece)
            if seed % 3 == 0:
                assert answer(stream) == expected[index], (seed, index, piece)
            elif seed % 3 == 1:
                time.sleep(0.002)
        if seed % 3:
            for index, (text, _) in enumerate(requests):
                assert answer(stream) == expected[index], (seed, index, text)


def test_a_repeated_head_with_less_than_its_body(running):
    """Its client sends no more: it is refused as the first would be."""
    whole = request("POST", QUERY, JSON, b"{}")
    for count in [len(whole) - 1, len(whole) - 2, len(whole) - 5]:
        answers = []
        for before in [b"", whole]:
            with connect(running, "tcp") as client, client.makefile("rb") as stream:
                if before:
                    client.sendall(before)
                    assert answer(stream)[0].startswith(b"HTTP/1.1 200")
                client.sendall(whole[:count])
                client.shutdown(1)
                answers.append(answer(stream))
                assert stream.read() == b""
        assert answers[0] == answers[1]


def test_a_repeated_head_is_held_to_the_limit(tmp_path):
    with daemon(tmp_path, max_body_bytes=2000) as running, connect(running, "tcp") as client, \
            client.makefile("rb") as stream:
        for byte_count, is_refused in [(100, False), (2000, False), (2001, True)]:
            client.sendall(request("POST", QUERY, JSON, b"x" * byte_count))
            assert (b" 413 " in answer(stream)[0]) == is_refused


def test_bytes_behind_what_cannot_be_decoded(running):
    """They do not cost those their answers that came before."""
    search = {"query": {"nearest": {"indices": [1, 7], "values": [1, 1]}, "mmr": {"candidates_limit": 50}},
              "using": "ratings", "limit": 50}
    slow = json.dumps({"searches": [search] * 500}).encode()
    with connect(running, "tcp") as client, client.makefile("rb") as stream:
        client.sendall(request("POST", f"{QUERY}/batch", JSON, slow) + b"neither method nor path\r\n\r\n")
        time.sleep(0.02)
        client.sendall(b"more")
        assert b" 200 " in answer(stream)[0]
        assert b" 400 " in answer(stream)[0]
        assert stream.read() == b""
