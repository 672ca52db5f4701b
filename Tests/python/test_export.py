"""Out and in again: what `export` writes, `load points` and `load ratings` read."""
import csv
import gzip
import io
import json
import os
import random
import subprocess
import threading

import httpx
import pytest

from collections_for_tests import Server, empty, mixed, plain, unnamed
from servers import keyed_daemon, server
from test_remote import run


@pytest.fixture(scope="module")
def keyed():
    with keyed_daemon() as daemon:
        yield daemon


@pytest.fixture(scope="module")
def store(keyed):
    store = Server(keyed.url, keyed.key)
    for make in (mixed, unnamed, plain, empty):
        make(store)
    return store


@pytest.fixture
def kindred(keyed):
    def command(*arguments, **options):
        return run(*arguments, "--url", keyed.url, key=keyed.key, **options)
    return command


@pytest.fixture
def at_socket(keyed):
    def command(*arguments, **options):
        return run(*arguments, "--socket", keyed.socket_path, **options)
    return command


@pytest.mark.parametrize("name", ["mixed", "one", "plain", "empty"])
@pytest.mark.parametrize("way", ["file", "gzip", "standard input", "socket"])
def test_out_and_in_gives_the_same_bytes(store, kindred, at_socket, tmp_path, name, way):
    first, copy, again = tmp_path / "first.jsonl", f"{name}-{way[:4]}", tmp_path / "again.jsonl"
    command = at_socket if way == "socket" else kindred
    said = command("export", name, "--output", first)
    assert said.stdout == "" and "written" in said.stderr
    try:
        if way == "gzip":
            packed = tmp_path / "first.jsonl.gz"
            packed.write_bytes(gzip.compress(first.read_bytes()))
            command("load", "points", packed, "--collection", copy)
        elif way == "standard input":
            command("load", "points", "-", "--collection", copy, stdin=first.read_text())
        else:
            command("load", "points", first, "--collection", copy)
        command("export", copy, "--output", again)
        assert again.read_bytes() == first.read_bytes()
        assert store.described(copy) == store.described(name)
        assert store.points(copy) == store.points(name)
        # To standard output it is the same, and loading again changes nothing.
        assert command("export", copy).stdout == first.read_text()
        command("load", "points", first, "--collection", copy)
        assert command("export", copy).stdout == first.read_text()
    finally:
        store.call("DELETE", f"/collections/{copy}")


def test_an_export_is_points_as_the_api_has_them(store, kindred):
    lines = [json.loads(line) for line in kindred("export", "mixed").stdout.split("\n") if line]
    assert lines[0]["collection"]["vectors"]["face"]["size"] == 3
    assert lines[0]["payload_indexes"]["city"] == "keyword"
    found = {str(point["id"]): point for point in store.points("mixed")}
    assert [str(line["id"]) for line in lines[1:]] == list(found)
    for line in lines[1:]:
        assert list(line) == ["id", "vector", "payload"]
        assert line["payload"] == found[str(line["id"])]["payload"]
        assert line["vector"] == found[str(line["id"])]["vector"]
    chosen = kindred("export", "mixed", "--where", "age<10").stdout.split("\n")
    assert 1 < len(chosen) < len(lines)


def test_files_that_are_there_are_left_alone(store, keyed, kindred, tmp_path):
    (tmp_path / "f").write_text("mine")
    assert "exists already" in kindred("export", "plain", "--output", tmp_path / "f", code=74).stderr
    assert (tmp_path / "f").read_text() == "mine"
    kindred("export", "plain", "--output", tmp_path / "no" / "f", code=74)
    kindred("export", "none", "--output", tmp_path / "g", code=1)
    assert sorted(os.listdir(tmp_path)) == ["f"]
    if os.path.exists("/dev/full"):
        with open("/dev/full", "w") as full:
            done = subprocess.run(
                [os.environ["KINDRED"], "export", "mixed", "--socket", keyed.socket_path], stdout=full,
                stderr=subprocess.PIPE)
        assert done.returncode == 74


def test_an_export_that_breaks_off_leaves_no_file(store, keyed, tmp_path):
    pages = []

    def answer(call):
        if call.path.endswith("/scroll"):
            pages.append(call)
            if len(pages) > 2:
                return 500, {}, json.dumps({"status": {"error": "the disk is gone"}})
        found = httpx.request(call.method, keyed.url + call.path, content=call.body,
                              headers={"api-key": keyed.key})
        return found.status_code, {}, found.content

    with server(answer) as url:
        failed = run("export", "mixed", "--output", tmp_path / "f", "--url", url, code=1)
    assert "the disk is gone" in failed.stderr
    assert os.listdir(tmp_path) == []


# MARK: points as people have them


def lines(*points):
    return "".join((point if isinstance(point, str) else json.dumps(point)) + "\n" for point in points)


CONFIG = {"vectors": {"size": 2, "distance": "Dot"}, "sparse_vectors": {"s": {}}}
NAMED = {"vectors": {"": {"size": 2, "distance": "Dot"}, "m": {
    "size": 2, "distance": "Dot", "multivector_config": {"comparator": "max_sim"}}},
    "sparse_vectors": {"s": {}}}


def test_plain_lines(store, kindred, tmp_path):
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    (tmp_path / "a.jsonl").write_text("\ufeff" + lines(
        {"id": 1, "vector": [1, 2]}, "", {"id": 2, "payload": {"a": None}},
        {"id": "00000000-0000-0000-0000-00000000000A", "vector": {"s": {"indices": [7, 3], "values": [1, 2]}},
         "payload": None, "score": 0.5, "version": 3}, "  ").replace("\n", "\r\n"))
    (tmp_path / "b.jsonl").write_text(lines({"id": 2, "vector": None, "payload": {"a": 2}})[:-1])
    load = ["load", "points", tmp_path / "a.jsonl", tmp_path / "b.jsonl", "--collection", "plain-lines"]
    assert "does not say how to make it" in kindred(*load, code=1).stderr
    done = json.loads(kindred(*load, "--config", tmp_path / "config.json", "--json").stdout)
    assert (done["points"], done["skipped"], done["created"]) == (4, 0, True)
    found = {point["id"]: point for point in store.points("plain-lines")}
    assert found[1]["vector"] == [1, 2] and found[2]["payload"] == {"a": 2}
    assert found["00000000-0000-0000-0000-00000000000a"]["vector"] == {"s": {"indices": [3, 7], "values": [2, 1]}}
    store.call("DELETE", "/collections/plain-lines")


@pytest.mark.parametrize("bad, words", [
    ("nonsense", "a point as JSON"), ('{"id": 3', "a point as JSON"), ("[1]", "a point ("), ("7", "a point ("),
    ({"vector": [1, 2]}, "no `id`"), ({"id": -1}, "an `id` that is"), ({"id": 1.5}, "an `id` that is"),
    ({"id": "x"}, "an `id` that is"), ({"id": 2 ** 64}, "an `id` that is"), ({"id": None}, "an `id` that is"),
    ({"id": 3, "vektor": [1, 2]}, "did you mean 'vector'"), ({"id": 3, "payload": [1]}, "an object as `payload`"),
    ({"id": 3, "vector": [1]}, "a vector of 2 numbers"), ({"id": 3, "vector": [1, "2"]}, "a vector of 2 numbers"),
    ('{"id": 3, "vector": [1, 1e39]}', "a vector of 2 numbers"), ({"id": 3, "vector": "v"}, "a list of numbers"),
    ({"id": 3, "vector": {"other": [1]}}, "no vector 'other'"),
    ({"id": 3, "vector": {"s": [1, 2]}}, "`indices` and `values`"),
    ({"id": 3, "vector": {"s": {"indices": [1], "values": []}}}, "as many `values`"),
    ({"id": 3, "vector": {"s": {"indices": [1, 1], "values": [1, 2]}}}, "do not repeat (1)"),
    ({"id": 3, "vector": {"s": {"indices": [2 ** 32], "values": [1]}}}, "numbers from 0"),
    ({"id": 3, "vector": {"s": {"indices": [-1], "values": [1]}}}, "numbers from 0"),
    ({"id": 3, "vector": {"s": {"indices": [1], "values": [None]}}}, "numbers of 32 bits"),
    ({"id": 3, "vector": {"m": [[1, 2], [3]]}}, "rows of 2 numbers"), ({"id": 3, "vector": {"m": []}}, "rows of 2"),
    ({"collection": {}, "payload_indexes": {}}, "a point ("),
])
def test_a_malformed_line_changes_nothing(store, kindred, tmp_path, bad, words):
    (tmp_path / "config.json").write_text(json.dumps(NAMED))
    file = tmp_path / "p.jsonl"
    file.write_text(lines({"id": 1}, "", bad, {"id": 4}))
    load = ["load", "points", file, "--collection", "spoiled", "--config", tmp_path / "config.json"]
    refused = kindred(*load, code=1)
    assert f"{file}:3: expected" in refused.stderr and words in refused.stderr, refused.stderr
    assert store.call("GET", "/collections/spoiled/exists") == {"exists": False}
    done = kindred(*load, "--skip-bad")
    assert f"{file}:3: expected" in done.stderr and "1 lines skipped" in done.stdout
    assert store.count("spoiled") == 2
    store.call("DELETE", "/collections/spoiled")


def test_what_only_the_server_knows_is_said_with_the_lines(store, kindred, tmp_path):
    file = tmp_path / "p.jsonl"
    file.write_text(lines({"id": 1, "payload": {"a": 1}}, {"id": 2, "vector": {"text": "a", "model": "none"}}))
    failed = kindred("load", "points", file, "--collection", "plain", code=1)
    assert f"{file}:1 to {file}:2: " in failed.stderr
    assert "0 of 2 points were acknowledged" in failed.stderr


def test_another_collection_of_that_name_is_left_alone(store, kindred, tmp_path):
    kindred("export", "one", "--output", tmp_path / "one")
    assert "exists and has no unnamed vector" in kindred(
        "load", "points", tmp_path / "one", "--collection", "mixed", code=1).stderr
    kindred("export", "mixed", "--output", tmp_path / "mixed")
    both = kindred("load", "points", tmp_path / "one", tmp_path / "mixed", "--collection", "x", code=1)
    assert "describes another collection" in both.stderr
    for text, words in [("{", "is not JSON"), ("[]", "must hold one JSON object"), ('{"vectors": {"a": 5}}', "")]:
        (tmp_path / "config").write_text(text)
        refused = kindred("load", "points", tmp_path / "one", "--collection", "x", "--config",
                          tmp_path / "config", code=1)
        assert words in refused.stderr
    assert store.call("GET", "/collections/x/exists") == {"exists": False}


def test_of_several_points_with_one_id_the_last_stays(store, kindred, tmp_path):
    (tmp_path / "p").write_text(lines(*({"id": i % 7, "payload": {"n": i}} for i in range(3000))))
    kindred("load", "points", tmp_path / "p", "--collection", "last", "--config", "/dev/stdin",
            "--batch-size", 5, stdin='{"vectors": {}}')
    assert [point["payload"]["n"] for point in store.points("last")] == [
        max(n for n in range(3000) if n % 7 == i) for i in range(7)]
    store.call("DELETE", "/collections/last")


def test_odd_files(store, kindred, tmp_path):
    (tmp_path / "empty").write_text("\n\n")
    kindred("load", "points", tmp_path / "empty", "--collection", "plain", code=1)
    kindred("load", "points", tmp_path / "none", "--collection", "plain", code=1)
    kindred("load", "points", tmp_path, "--collection", "plain", code=1)
    kindred("load", "points", "-", "-", "--collection", "plain", code=64)
    packed = gzip.compress(lines(*({"id": i} for i in range(5000))).encode())
    (tmp_path / "cut.gz").write_bytes(packed[:len(packed) // 2])
    assert "ends too early" in kindred("load", "points", tmp_path / "cut.gz", "--collection", "plain", code=1).stderr
    assert store.count("plain") == 1


def test_a_named_pipe_is_read_once(store, kindred, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(
        target=lambda: (tmp_path / "pipe").write_text(lines(*({"id": i} for i in range(50_000)))))
    writer.start()
    kindred("load", "points", tmp_path / "pipe", "--collection", "piped", "--config", "/dev/stdin",
            stdin='{"vectors": {}}')
    writer.join()
    assert store.count("piped") == 50_000
    store.call("DELETE", "/collections/piped")


def test_long_lines(store, kindred, tmp_path):
    (tmp_path / "config").write_text('{"sparse_vectors": {"s": {}}}')
    count = 200_000
    (tmp_path / "p").write_text(lines(*({"id": i, "vector": {"s": {
        "indices": list(range(count)), "values": [0.5] * count}}} for i in range(3))))
    assert (tmp_path / "p").stat().st_size > 3 << 20
    kindred("load", "points", tmp_path / "p", "--collection", "long", "--config", tmp_path / "config")
    assert len(store.points("long")[1]["vector"]["s"]["indices"]) == count
    kindred("export", "long", "--output", tmp_path / "out")
    kindred("load", "points", tmp_path / "out", "--collection", "long")
    store.call("DELETE", "/collections/long")


# MARK: ratings


@pytest.mark.parametrize("scale", ["zscore", "log", "none", "binary"])
@pytest.mark.parametrize("keys", [False, True])
def test_ratings_come_back_as_they_were(store, kindred, tmp_path, scale, keys):
    rng = random.Random(3)
    odd = ["a,b", 'say "x"', "007", "le ad", "ü\u0308", "1e3"]
    rows = []
    for user in range(1, 60):
        for item in rng.sample(range(1, 90), rng.randrange(1, 20)):
            value = {"zscore": rng.randrange(1, 11) / 2, "log": rng.randrange(0, 100_000),
                     "none": round(rng.uniform(-5, 5), 3), "binary": 1}[scale]
            rows.append((odd[user - 1] if keys and user <= len(odd) else f"u{user}" if keys else str(user),
                         odd[item % 3] + str(item) if keys else str(item), value))
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([("user", "item", "rating"), *rows])
    (tmp_path / "r.csv").write_text(text.getvalue())
    name = f"ratings-{scale}-{keys}"
    kindred("load", "ratings", tmp_path / "r.csv", "--collection", name, "--scale", scale)
    said = kindred("export", name, "--ratings", "--output", tmp_path / "out.csv")
    assert f"{len(rows)} ratings of 59 points" in said.stderr.replace(",", "")
    with open(tmp_path / "out.csv", newline="") as file:
        found = list(csv.reader(file))
    assert found[0] == ["user", "item", "rating"]
    if scale == "none":
        # Kept in 32 bits.
        assert sorted(row[:2] for row in found[1:]) == sorted([user, item] for user, item, _ in rows)
        values = {(user, item): value for user, item, value in rows}
        assert all(float(value) == values[user, item] for user, item, value in found[1:])
    else:
        wanted = sorted((user, item, f"{value:g}" if scale == "zscore" else str(value)) for user, item, value in rows)
        assert sorted(map(tuple, found[1:])) == wanted
    before = store.points(name)
    kindred("load", "ratings", tmp_path / "out.csv", "--collection", name, "--scale", scale, "--update")
    assert store.points(name) == before


def test_scales_that_cannot_be_turned_back_say_so(store, kindred, tmp_path):
    (tmp_path / "r.csv").write_text("user,item,rating\n1,10,5\n1,11,2\n2,10,1\n")
    kindred("load", "ratings", tmp_path / "r.csv", "--collection", "means", "--scale", "user-mean")
    done = kindred("export", "means", "--ratings")
    assert done.stdout == "user,item,rating\n1,10,1.5\n1,11,-1.5\n2,10,0\n"
    assert "does not say what the ratings were" in done.stderr
    done = kindred("export", "empty", "--ratings")
    assert done.stdout == "user,item,rating\n" and "no load has recorded a scale" in done.stderr
    assert "no sparse vector 'ratings'" in kindred("export", "mixed", "--ratings", code=1).stderr
    assert kindred("export", "mixed", "--ratings", "--using", "taste").stdout.count("\n") > 100
    kindred("export", "mixed", "--using", "taste", code=64)


def test_movielens_comes_back(store, kindred, tmp_path):
    run("generate", "movielens", tmp_path / "set", "--users", 50, "--seed", 5)
    kindred("load", "movielens", tmp_path / "set", "--collection", "ml", "--catalogue", "ml-movies")
    found = set(tuple(line.split(",")) for line in kindred("export", "ml", "--ratings").stdout.splitlines()[1:])
    lines = (tmp_path / "set" / "ratings.dat").read_text().splitlines()
    assert found == set(tuple(line.split("::")[:3]) for line in lines)
