"""Times of ratings: kept by a load that is asked to, written by `rate`, read by `evaluate`, `tune`, `export`."""
import csv
import io
import json
import struct
import time

import httpx
import pytest

from conftest import running_daemon
from test_remote import run

ROWS = [
    ("ann", "x", 5, "2024-05-01T12:30:01Z", 1714566601), ("ann", "y", 1, "1999-12-31 23:59:59", 946684799),
    ("bob", "x", 4, "2000-01-01", 946684800), ("bob", "z", 2, "1717171717", 1717171717),
    ("bob", "y", 2, "1717171717123", 1717171717), ("cid", "y", 3, "-5", -5),
]


@pytest.fixture(scope="module")
def daemon():
    with running_daemon() as daemon:
        yield daemon


@pytest.fixture
def kindred(daemon):
    def command(*arguments, **options):
        return run(*arguments, "--socket", daemon.socket_path, **options)
    return command


def file_of(path, rows=ROWS, header="user,item,rating,time"):
    path.write_text(header + "\n" + "".join(",".join(map(str, row[:4])) + "\n" for row in rows))
    return path


def seconds(weight):
    """As the documentation has it: the bits of the weight, a sign and seconds since 2000."""
    bits = struct.unpack("<I", struct.pack("<f", weight))[0]
    return 946684800 + (-(bits & 0x7FFFFFFF) if bits >> 31 else bits)


def stored(daemon, name):
    """{user: {item: seconds}}, and the same of weights, by numbers."""
    points = httpx.post(
        f"{daemon.url}/collections/{name}/points/scroll", json={"limit": 1000, "with_vector": True}).json()["result"]
    return {point["id"]: {
        vector: dict(zip(entries["indices"], map(seconds, entries["values"]) if vector == "times" else entries["values"]))
        for vector, entries in point["vector"].items()} for point in points["points"]}


def rate(daemon, name, *ratings, code=200, **members):
    answer = httpx.post(f"{daemon.url}/collections/{name}/ratings", json={"ratings": ratings, **members})
    assert answer.status_code == code, answer.text
    return answer.text


def exported(kindred, name, *options):
    return list(csv.reader(io.StringIO(kindred("export", name, "--ratings", *options).stdout)))


def test_times_are_kept_to_the_second_and_come_back(daemon, kindred, tmp_path):
    kindred("load", "ratings", file_of(tmp_path / "r.csv"), "--collection", "kept", "--keep-times")
    found = exported(kindred, "kept")
    assert found[0] == ["user", "item", "rating", "time"]
    assert sorted(found[1:]) == sorted([user, item, str(rating), str(at)] for user, item, rating, _, at in ROWS)
    assert [row[:3] for row in found] == exported(kindred, "kept", "--no-times")
    # What was written is read again, to the same points; so is the whole collection.
    before = stored(daemon, "kept")
    (tmp_path / "again.csv").write_text(kindred("export", "kept", "--ratings").stdout)
    kindred("load", "ratings", tmp_path / "again.csv", "--collection", "kept", "--keep-times", "--update")
    assert stored(daemon, "kept") == before
    with running_daemon() as other:
        run("copy", daemon.directory + "/kept", other.directory + "/kept")
        assert stored(other, "kept") == before
        other.stop()
        other.start()
        assert stored(other, "kept") == before


def test_without_being_asked_nothing_is_kept(daemon, kindred, tmp_path):
    kindred("load", "ratings", file_of(tmp_path / "r.csv"), "--collection", "plain")
    assert all(set(vectors) == {"ratings"} for vectors in stored(daemon, "plain").values())
    assert exported(kindred, "plain")[0] == ["user", "item", "rating"]
    refused = kindred("evaluate", "--by-time", "--collection", "plain", "--no-progress", code=1).stderr
    assert "load the set with --keep-times" in refused
    refused = kindred("load", "ratings", tmp_path / "r.csv", "--collection", "plain", "--keep-times", code=1).stderr
    assert "no sparse vector 'times' for --keep-times" in refused and "--replace" in refused
    kindred("load", "ratings", tmp_path / "r.csv", "--collection", "plain", "--keep-times", "--replace")
    assert exported(kindred, "plain")[0][-1] == "time"
    rate(daemon, "plain", {"user": "ann", "item": "x", "rating": 2}, using="ratings")


@pytest.mark.parametrize("at", ["", "soon", "4000000000", "-2000000000", "1e30", "99999999999", "-9223372036854775808"])
def test_a_time_that_cannot_be_kept_stops_the_load(daemon, kindred, tmp_path, at):
    path = file_of(tmp_path / "bad.csv", [*ROWS[:3], ("dan", "x", 3, at)])
    refused = kindred("load", "ratings", path, "--collection", "bad", "--keep-times", code=1).stderr
    assert "bad.csv:5" in refused and "a time" in refused, refused
    assert httpx.get(daemon.url + "/collections/bad").status_code == 404
    kindred("load", "ratings", path, "--collection", "bad", "--keep-times", "--skip-bad")
    assert len(exported(kindred, "bad")) == 4
    kindred("collections", "delete", "bad")
    kindred("collections", "delete", "bad-items")


def test_files_without_times_keep_none(kindred, tmp_path):
    path = file_of(tmp_path / "none.csv", [row[:3] for row in ROWS], "user,item,rating")
    assert "name the column with --time" in kindred(
        "load", "ratings", path, "--collection", "none", "--keep-times", code=1).stderr


def test_what_is_rated_has_a_time_given_or_now(daemon, kindred, tmp_path):
    kindred("load", "ratings", file_of(tmp_path / "r.csv"), "--collection", "rated", "--keep-times")
    began = int(time.time())
    rate(daemon, "rated", {"user": "ann", "item": "z", "rating": 4, "time": 1111111111.9},
         {"user": "ann", "item": "y", "rating": None}, {"user": "bob", "item": "x", "rating": 1},
         {"user": "new", "item": "other", "rating": 3, "time": 5},
         {"user": "bob", "item": "z", "rating": 5, "time": 20}, {"user": "bob", "item": "z", "rating": 1, "time": 10})
    times = {(user, item): (rating, int(at)) for user, item, rating, at in exported(kindred, "rated")[1:]}
    assert times["ann", "z"] == ("4", 1111111111) and ("ann", "y") not in times
    assert times["new", "other"] == ("3", 5) and times["bob", "z"] == ("5", 20)
    assert began <= times["bob", "x"][1] <= time.time()
    assert times["bob", "y"] == ("2", 1717171717)
    # No entry of either vector is without its like in the other.
    assert all(vectors["ratings"].keys() == vectors["times"].keys() for vectors in stored(daemon, "rated").values())
    before = stored(daemon, "rated")
    for at in [3085779840, 1e15, 1e308]:
        refused = rate(daemon, "rated", {"user": "ann", "item": "x", "rating": 1},
                       {"user": "cid", "item": "x", "rating": 2, "time": at}, code=422)
        assert "ratings[1].time" in refused and "October 2067" in refused
        assert stored(daemon, "rated") == before
        # Where no times are kept they only put things in order.
    kindred("load", "ratings", file_of(tmp_path / "p.csv"), "--collection", "order")
    rate(daemon, "order", {"user": "ann", "item": "x", "rating": 1, "time": 1e15})


def made(daemon, name, **members):
    httpx.put(f"{daemon.url}/collections/{name}", json={
        "sparse_vectors": {"ratings": {}, "times": {}}, **members}).raise_for_status()


@pytest.mark.parametrize("times", ["ratings", "nothing", "", 5, None, ["times"]])
def test_metadata_that_name_no_vector_for_times_change_no_rating(daemon, times):
    name = f"odd-{json.dumps(times).strip('[]').strip(chr(34))}"
    made(daemon, name, metadata={"kindred": {"times": times}})
    rate(daemon, name, {"user": 1, "item": 2, "rating": 4, "time": 1111111111})
    assert stored(daemon, name) == {1: {"ratings": {2: 4}}}


def test_a_rating_with_its_time_counts_as_one_point(daemon):
    made(daemon, "limited", metadata={"kindred": {"times": "times"}},
         strict_mode_config={"enabled": True, "write_rate_limit": 2})
    rate(daemon, "limited", {"user": 1, "item": 2, "rating": 4, "time": 9}, {"user": 2, "item": 2, "rating": 5})
    assert stored(daemon, "limited")[1] == {"ratings": {2: 4}, "times": {2: 9}}
    rate(daemon, "limited", *({"user": user, "item": 2, "rating": 4} for user in range(3)), code=429)


def test_times_of_numbered_users_and_a_restart(kindred, tmp_path):
    rows = [(1, 10, 4, 100), (1, 11, 2, 200), (2, 10, 5, 300)]
    with running_daemon() as own:
        run("load", "ratings", file_of(tmp_path / "n.csv", rows), "--collection", "numbers", "--keep-times",
            "--socket", own.socket_path)
        rate(own, "numbers", {"user": 2, "item": 11, "rating": 3, "time": 400}, {"user": 3, "item": 10, "rating": 1, "time": 500})
        wanted = {1: {10: 100, 11: 200}, 2: {10: 300, 11: 400}, 3: {10: 500}}
        assert {user: vectors["times"] for user, vectors in stored(own, "numbers").items()} == wanted
        own.stop(9)
        own.start()
        assert {user: vectors["times"] for user, vectors in stored(own, "numbers").items()} == wanted


def test_by_time_is_the_same_from_files_and_from_the_daemon(daemon, kindred, tmp_path):
    run("generate", "movielens", tmp_path / "set", "--users", 200, "--seed", 4)
    kindred("load", "movielens", tmp_path / "set", "--collection", "ml", "--catalogue", "ml-movies", "--keep-times")
    lines = (tmp_path / "set" / "ratings.dat").read_text().splitlines()
    assert set(map(tuple, exported(kindred, "ml")[1:])) == {tuple(line.split("::")) for line in lines}
    options = ["--by-time", "--users", 40, "--methods", "popular,neighbors", "--json", "--no-progress"]
    files = json.loads(run("evaluate", tmp_path / "set", *options).stdout)
    ours = json.loads(kindred("evaluate", "--collection", "ml", *options).stdout)
    assert ours["order"] == "time"

    def measures(report):
        return [entry["measures"] for entry in report["results"]]
    assert measures(ours) == measures(files)
    drawn = json.loads(kindred("evaluate", "--collection", "ml", *options[1:]).stdout)
    assert measures(drawn) != measures(ours)
    kindred("tune", "--collection", "ml", "--by-time", "--users", 40, "--methods", "neighbors", "--budget", 2,
            "--no-progress")
    # Somebody who was put there by other means has no times.
    httpx.put(f"{daemon.url}/collections/ml/points?wait=true", json={"points": [
        {"id": 999, "vector": {"ratings": {"indices": [1, 2], "values": [1, 1]}}}]}).raise_for_status()
    refused = kindred("evaluate", "--collection", "ml", *options, code=1).stderr
    assert "user 999" in refused and "item 1" in refused
    refused = kindred("export", "ml", "--ratings", code=1).stderr
    assert "nothing says when user 999 has rated item 1" in refused and "--no-times" in refused
    assert len(exported(kindred, "ml", "--no-times")) == len(lines) + 3


def test_times_beyond_what_can_be_kept_stop_a_movielens_load(daemon, kindred, tmp_path):
    run("generate", "movielens", tmp_path / "set", "--users", 30, "--seed", 4)
    ratings = tmp_path / "set" / "ratings.dat"
    text = ratings.read_text()
    for at, words in [("4000000000", "October 2067"), ("99999999999", "ratings.dat:1")]:
        first, rest = text.split("\n", 1)
        ratings.write_text("::".join(first.split("::")[:3] + [at]) + "\n" + rest)
        refused = kindred("load", "movielens", tmp_path / "set", "--collection", "late", "--catalogue", "late-movies",
                          "--keep-times", code=1).stderr
        assert words in refused, refused
        assert httpx.get(daemon.url + "/collections/late").status_code == 404
