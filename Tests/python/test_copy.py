"""Collections from server to server: everything arrives, also after a break, and what went wrong is said."""
import json
import os
import re
import signal
import subprocess
import threading
import time

import httpx
import pytest

from collections_for_tests import Server, empty, mixed, plain, unnamed
from conftest import running_daemon
from servers import keyed_daemon, passing_on, server, without_own_endpoints
from test_remote import run

NAMES = ["empty", "mixed", "one", "plain"]


@pytest.fixture(scope="module")
def source():
    with keyed_daemon() as daemon:
        store = Server(daemon.url, daemon.key)
        for make in (mixed, unnamed, plain, empty):
            make(store)
        daemon.store = store
        yield daemon


@pytest.fixture
def target(daemon):
    daemon.store = Server(daemon.url)
    return daemon


def same(source, target, name="mixed", other=None):
    other = other or name
    assert target.store.described(other) == source.store.described(name)
    ours, theirs = source.store.points(name), target.store.points(other)
    for point in [*ours, *theirs]:
        # Divided by its length once more.
        if "face" in point["vector"]:
            point["vector"]["face"] = [float(f"{value:.5g}") for value in point["vector"]["face"]]
    assert theirs == ours


def many(server, count=3000, name="many"):
    """Enough for several pages."""
    server.call("PUT", f"/collections/{name}", {"sparse_vectors": {"s": {}}})
    server.put(name, [{"id": i * 7, "vector": {"s": {"indices": [*range(i % 50)], "values": [0.25] * (i % 50)}},
                       "payload": {"text": "x" * 5000, "n": i}} for i in range(count)])


def test_everything_to_another_server(source, target, tmp_path):
    (tmp_path / "key").write_text(source.key)
    done = run("copy", source.url, target.directory, "--source-api-key-file", tmp_path / "key")
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == [f"{name} → {name}" for name in NAMES]
    assert "both have as many, 100 compared are equal" in done.stdout
    for name in NAMES:
        same(source, target, name)
    # Again: nothing is overwritten without a word.
    refused = run("copy", source.directory, target.url, code=1)
    assert "has 230 points at the target: say --resume" in refused.stderr
    again = json.loads(run("copy", source.directory, target.url, "--resume", "--json").stdout)
    assert [(entry["points"], entry["sent"]) for entry in again["collections"]] == [(0, 0), (230, 0), (70, 0), (1, 0)]


@pytest.mark.parametrize("way", ["directories", "sockets", "urls", "names", "to all"])
def test_ways_to_name_an_end(source, target, way):
    ends = {
        "directories": (f"{source.directory}/mixed", f"{target.directory}/mixed"),
        "sockets": (f"{source.socket_path}/mixed", f"{target.socket_path}/mixed"),
        "urls": (f"{source.url}/mixed", f"{target.url}/%6Dixed"),
        "names": ("mixed", f"{target.url}/mixed"),
        "to all": (f"{source.directory}/mixed", f"{target.directory}/"),
    }[way]
    run("copy", *ends, key=source.key, KINDRED_SOCKET=source.socket_path)
    same(source, target)


def test_collections_named_like_folders(source, target):
    for name in ["segments", "wal"]:
        plain(target.store, name)
        run("copy", f"{target.directory}/{name}", f"{source.directory}/{name}-copy")
        assert source.store.points(f"{name}-copy") == target.store.points(name)
        source.store.call("DELETE", f"/collections/{name}-copy")


def test_within_a_server_under_another_name(source):
    run("copy", f"{source.directory}/mixed", f"{source.directory}/other")
    try:
        same(source, source, "mixed", "other")
        same_again = run("copy", f"{source.directory}/mixed", f"{source.directory}/mixed", code=64)
        assert "are the same" in same_again.stderr
    finally:
        source.store.call("DELETE", "/collections/other")


@pytest.mark.parametrize("arguments, code, words", [
    (["SOURCE/none", "TARGET"], 1, "none"), (["TARGET", "SOURCE/mixed"], 64, "name one there too"),
    (["", "TARGET"], 64, "has no name"), (["http://127.0.0.1/%zz", "TARGET"], 64, "hexadecimal"),
    (["http://127.0.0.1/%ff", "TARGET"], 64, "not UTF-8"), (["/nowhere/at/all", "TARGET"], 69, "no daemon"),
    (["SOURCE/mixed", "TARGET", "--source-api-key-file", "x"], 64, "not a URL"),
    (["SOURCE/mixed", "TARGET", "--shards", "0"], 64, "--shards must be"),
])
def test_ends_that_make_no_sense(source, target, arguments, code, words):
    texts = [text.replace("SOURCE", source.directory).replace("TARGET", target.directory) for text in arguments]
    refused = run("copy", *texts, code=code)
    assert words in refused.stderr
    assert target.store.call("GET", "/collections") == {"collections": []}


def test_another_collection_of_that_name_is_left_alone(source, target):
    target.store.call("PUT", "/collections/mixed", {"vectors": {"face": {"size": 3, "distance": "Dot"}}})
    refused = run("copy", f"{source.directory}/mixed", target.directory, "--resume", code=1)
    assert "its vector 'face' is 3 numbers by Dot where the other is 3 numbers by Cosine" in refused.stderr
    assert target.store.count("mixed") == 0


def test_shards_are_for_clusters(source, target):
    done = run("copy", f"{source.directory}/one", target.directory, "--shards", 3, "--replicas", 2)
    assert done.stderr.count("--shards and --replicas have no effect there") == 1
    same(source, target, "one")
    bodies = []

    def look(call):
        if call.method == "PUT" and call.target == "/collections/two":
            bodies.append(json.loads(call.body))
        return without_own_endpoints(call)

    with server(passing_on(target.url, look)) as url:
        run("copy", f"{source.directory}/one", f"{url}/two", "--shards", 3, "--replicas", 2)
    assert (bodies[0]["shard_number"], bodies[0]["replication_factor"]) == (3, 2)
    assert target.store.described("two")[0]["params"]["shard_number"] == 3


@pytest.fixture
def filled(second_daemon):
    second_daemon.store = Server(second_daemon.url)
    many(second_daemon.store)
    return second_daemon


def test_a_target_that_puts_off(filled, target):
    """429 and 503, with and without Retry-After, and a connection that breaks."""
    puts = []
    answers = {
        1: (429, {"retry-after": "1"}, '{"status": {"error": "Rate limiting exceeded"}}'),
        3: (503, {}, "<html>later</html>"), 4: (503, {"retry-after": "0"}, ""), 6: None,
    }

    def hide(call):
        if call.method == "PUT" and call.target.endswith("/points"):
            puts.append((time.monotonic(), call.body))
            if len(puts) in answers:
                return answers[len(puts)] or "close"
        return None

    forward = passing_on(target.url, hide)
    with server(lambda call: None if (given := forward(call)) == "close" else given) as url:
        done = run("copy", f"{filled.directory}/many", url)
    assert "trying again in" in done.stderr and "Rate limiting exceeded" in done.stderr
    first = puts[0]
    again = next(at for at, body in puts[1:] if body == first[1])
    assert again - first[0] >= 0.99
    same(filled, target, "many")


def test_a_target_that_wants_to_be_left_alone_for_long(filled, target):
    def hide(call):
        if call.method == "PUT" and call.target.endswith("/points"):
            return 429, {"retry-after": "4000"}, '{"status": {"error": "busy"}}'
        return None

    with server(passing_on(target.url, hide)) as url:
        refused = run("copy", f"{filled.directory}/many", url, code=1)
    assert "asks for a pause of 1 h 06 min" in refused.stderr
    assert "0 of 3,000 points are at the target and stay; --resume copies the rest" in refused.stderr


def test_a_target_that_is_killed_and_a_copy_that_is_resumed(filled, target):
    puts = []

    def hide(call):
        if call.method == "PUT" and call.target.endswith("/points"):
            puts.append(call)
            if len(puts) == 5 and target.process.poll() is None:
                target.stop(signal.SIGKILL)
            if target.process.poll() is not None:
                return "close"
        return None

    forward = passing_on(target.url, hide)
    with server(lambda call: None if (given := forward(call)) == "close" else given) as url:
        broken = run("copy", f"{filled.directory}/many", url, code=69)
    assert re.search(r"[\d,]+ of 3,000 points are at the target and stay; --resume", broken.stderr)
    target.start()
    target.store = Server(target.url)
    had = target.store.count("many")
    assert 0 < had < 3000
    assert "say --resume" in run("copy", f"{filled.directory}/many", target.directory, code=1).stderr
    done = run("copy", f"{filled.directory}/many", target.directory, "--resume")
    assert f"{had:,} of which were there" in done.stdout
    same(filled, target, "many")


def test_a_copy_that_is_killed_and_resumed(filled, target):
    reached, go_on = threading.Event(), threading.Event()
    puts = []

    def hide(call):
        if call.method == "PUT" and call.target.endswith("/points"):
            puts.append(call)
            if len(puts) > 6:
                reached.set()
                go_on.wait(30)
        return None

    for how, code in [(signal.SIGKILL, -9), (signal.SIGINT, 130)]:
        reached.clear()
        go_on.clear()
        with server(passing_on(target.url, hide)) as url:
            process = subprocess.Popen(
                [os.environ["KINDRED"], "copy", f"{filled.directory}/many", url, "--resume"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            assert reached.wait(60)
            process.send_signal(how)
            _, said = process.communicate(timeout=60)
            go_on.set()
        assert process.returncode == code
        if how == signal.SIGINT:
            assert "points are at the target and stay; --resume copies the rest" in said
    assert 0 < target.store.count("many") < 3000
    run("copy", f"{filled.directory}/many", target.directory, "--resume")
    same(filled, target, "many")


def test_a_gap_is_filled(filled, target):
    """What the target lacks need not be at the end."""
    run("copy", f"{filled.directory}/many", target.directory)
    target.store.call("POST", "/collections/many/points/delete?wait=true", {"points": [7, 700, 14000]})
    done = json.loads(run("copy", f"{filled.directory}/many", target.directory, "--resume", "--json").stdout)
    assert done["collections"][0]["sent"] == 3
    same(filled, target, "many")


def test_differences_are_found_in_the_end(filled, target):
    run("copy", f"{filled.directory}/many", target.directory)
    # A target with points of its own.
    target.store.put("many", [{"id": 1, "vector": {}}])
    differs = run("copy", f"{filled.directory}/many", target.directory, "--resume", code=1)
    assert "the source has 3,000 points and the target 3,001: it has some that the source" in differs.stderr
    target.store.call("POST", "/collections/many/points/delete?wait=true", {"points": [1]})
    # Half of them are another's: a sample of 100 has one of these.
    target.store.call("POST", "/collections/many/points/payload?wait=true",
                      {"payload": {"n": -1}, "filter": {"must": [{"key": "n", "range": {"gte": 1500}}]}})
    differs = run("copy", f"{filled.directory}/many", target.directory, "--resume", code=1)
    assert re.search(r"\d+ of 100 points that were compared differ; the first:\npoint \d+: its payloads differ",
                     differs.stderr)


def test_a_source_with_strict_mode(filled, target):
    filled.store.call("PATCH", "/collections/many", {"strict_mode_config": {
        "enabled": True, "max_query_limit": 200, "upsert_max_batchsize": 150}})
    run("copy", f"{filled.directory}/many", target.directory)
    same(filled, target, "many")


def test_points_as_another_server_may_answer_them(target):
    """Null for nothing, whole numbers, sparse vectors in any order."""
    points = [
        {"id": 1, "payload": None, "vector": {"s": {"indices": [5, 2], "values": [1, 2]}}},
        {"id": 2, "payload": {"a": 1.0}, "vector": {}}, {"id": 3, "payload": {}, "vector": None},
    ]
    info = {"points_count": 3, "config": {"params": {"sparse_vectors": {"s": None}, "shard_number": 2,
            "read_fan_out_factor": None}, "hnsw_config": None, "optimizer_config": {"flush_interval_sec": 5},
            "wal_config": None}, "payload_schema": {}}

    def answer(call):
        result = {
            "/collections/odd": info, "/collections/odd/points/count": {"count": 3},
            "/collections/odd/points/scroll": {"points": points, "next_page_offset": None},
            "/collections/odd/points": points,
        }[call.target]
        return 200, {}, json.dumps({"result": result})

    with server(answer) as url:
        run("copy", f"{url}/odd", target.directory)
    assert target.store.points("odd") == [
        {"id": 1, "payload": {}, "vector": {"s": {"indices": [2, 5], "values": [2, 1]}}},
        {"id": 2, "payload": {"a": 1}, "vector": {}}, {"id": 3, "payload": {}, "vector": {}}]
