"""Ratings as they come: `POST {c}/ratings`, on the scale that a collection was loaded with."""

import concurrent.futures
import json
import math
import os
import subprocess

import httpx
import pytest

from conftest import running_daemon

NUMBERS = "user,item,rating\n" + "".join(
    f"{user},{item},{1 + (user * item) % 5}\n" for user in range(1, 9) for item in range(10, 30) if (user + item) % 3)
KEYS = "user,item,rating\nann,x,5\nann,y,1\nbob,x,4\nbob,z,2\ncid,y,3\n"


@pytest.fixture
def daemon():
    with running_daemon() as daemon:
        yield daemon


def load(daemon, folder, text, *arguments):
    path = folder / "ratings.csv"
    path.write_text(text)
    subprocess.run(
        [os.environ["KINDRED"], "load", "ratings", str(path), "--data-dir", daemon.directory, "--no-progress",
         *arguments], check=True, capture_output=True)


def ask(daemon, method, path, body=None):
    answer = httpx.request(method, daemon.url + path, json=body, timeout=60)
    assert answer.status_code == 200, answer.text
    return answer.json()["result"]


def rate(daemon, *ratings, **members):
    return httpx.post(
        daemon.url + "/collections/ratings/ratings", json={"ratings": list(ratings), **members}, timeout=60)


def refused(daemon, *ratings, **members):
    answer = rate(daemon, *ratings, **members)
    assert 400 <= answer.status_code < 500, answer.text
    return answer.json()["status"]["error"]


def vector(daemon, user, collection="ratings"):
    points = ask(daemon, "POST", f"/collections/{collection}/points", {"ids": [user], "with_vector": True})
    if not points:
        return None
    found = points[0]["vector"].get("ratings", {"indices": [], "values": []})
    return dict(zip(found["indices"], found["values"]))


def keys(daemon, collection):
    points = ask(daemon, "POST", f"/collections/{collection}/points/scroll", {"limit": 1000})["points"]
    return {point["payload"]["key"]: point["id"] for point in points if "key" in point["payload"]}


def record(daemon):
    return ask(daemon, "GET", "/collections/ratings")["config"]["metadata"]["kindred"]


def test_a_rating_is_merged_on_the_scale_of_the_set(daemon, tmp_path):
    load(daemon, tmp_path, NUMBERS)
    before = vector(daemon, 1)
    of = record(daemon)
    answer = rate(daemon, {"user": 1, "item": 10, "rating": 4.5}, {"user": 1, "item": 99, "rating": 1},
                  {"user": 77, "item": 12, "rating": 5, "time": 1_700_000_000})
    assert answer.status_code == 200 and answer.json()["result"]["status"] == "acknowledged"

    def weight(rating):
        return (rating - of["mean"]) / of["deviation"]

    after = vector(daemon, 1)
    assert after.keys() == before.keys() | {10, 99}
    assert math.isclose(after[10], weight(4.5), rel_tol=1e-6) and math.isclose(after[99], weight(1), rel_tol=1e-6)
    assert all(after[item] == before[item] for item in before.keys() - {10, 99})
    assert vector(daemon, 77).keys() == {12}
    # It is in the next answer, and after a restart.
    items = ask(daemon, "POST", "/collections/ratings/recommend", {"point": 1, "limit": 100})["items"]
    assert 99 not in [item["id"] for item in items]
    daemon.stop()
    daemon.start()
    assert vector(daemon, 1) == after
    # It is taken back.
    assert rate(daemon, {"user": 1, "item": 99, "rating": None}).status_code == 200
    assert vector(daemon, 1).keys() == after.keys() - {99}
    # Where nothing is, nothing is taken back and nothing made.
    assert rate(daemon, {"user": 1000, "item": 1, "rating": None}).status_code == 200
    assert vector(daemon, 1000) is None


def test_of_several_ratings_the_latest_counts(daemon, tmp_path):
    load(daemon, tmp_path, NUMBERS, "--scale", "none")
    one = {"user": 5, "item": 200}
    rate(daemon, {**one, "rating": 1}, {**one, "rating": 2}, {**one, "rating": 3})
    assert vector(daemon, 5)[200] == 3
    rate(daemon, {**one, "rating": 4, "time": 20}, {**one, "rating": 5, "time": 10})
    assert vector(daemon, 5)[200] == 4
    rate(daemon, {**one, "rating": 4, "time": 20}, {**one, "rating": None, "time": 30})
    assert 200 not in vector(daemon, 5)


@pytest.mark.parametrize("scale, rating, weight", [
    ("none", 4.5, 4.5), ("log", 0, 0), ("log", math.e - 1, 1), ("binary", 17, 1), ("likes", 5, 1), ("likes", 1, 0),
])
def test_scales(daemon, tmp_path, scale, rating, weight):
    load(daemon, tmp_path, NUMBERS, "--scale", scale)
    assert rate(daemon, {"user": 3, "item": 400, "rating": rating}).status_code == 200
    assert math.isclose(vector(daemon, 3)[400], weight, abs_tol=1e-6)


def test_what_a_single_rating_cannot_have_is_refused(daemon, tmp_path):
    load(daemon, tmp_path, NUMBERS, "--scale", "user-mean")
    assert "differences from each user's mean" in refused(daemon, {"user": 1, "item": 1, "rating": 1})


def test_keys_are_known_and_new_ones_numbered(daemon, tmp_path):
    load(daemon, tmp_path, KEYS, "--scale", "none")
    users, items = keys(daemon, "ratings"), keys(daemon, "ratings-items")
    answer = rate(
        daemon, {"user": "ann", "item": "z", "rating": 3}, {"user": "eve", "item": "new", "rating": 4},
        {"user": "eve", "item": "x", "rating": 2}, {"user": "nobody", "item": "nothing", "rating": None},
        {"user": "ann", "item": "never", "rating": None})
    assert answer.status_code == 200, answer.text
    now, all_items = keys(daemon, "ratings"), keys(daemon, "ratings-items")
    assert now == users | {"eve": max(users.values()) + 1}
    assert all_items == items | {"new": max(items.values()) + 1}
    assert vector(daemon, now["ann"]) == {items["x"]: 5, items["y"]: 1, items["z"]: 3}
    assert vector(daemon, now["eve"]) == {all_items["new"]: 4, items["x"]: 2}
    # The next load of a grown file keeps the numbers.
    load(daemon, tmp_path, KEYS + "eve,new,4\neve,x,2\n", "--scale", "none")
    assert keys(daemon, "ratings") == now and keys(daemon, "ratings-items") == all_items


def test_a_number_and_its_text_are_one_key(daemon, tmp_path):
    load(daemon, tmp_path, KEYS, "--scale", "none")
    answer = rate(
        daemon, {"user": "ann", "item": 5, "rating": 5}, {"user": "ann", "item": "5", "rating": 1},
        {"user": 7, "item": "x", "rating": 4, "time": 100}, {"user": "7", "item": "x", "rating": 2, "time": 50})
    assert answer.status_code == 200, answer.text
    users, items = keys(daemon, "ratings"), keys(daemon, "ratings-items")
    assert vector(daemon, users["ann"]) == {items["x"]: 5, items["y"]: 1, items["5"]: 1}
    assert vector(daemon, users["7"]) == {items["x"]: 4}
    assert rate(daemon, {"user": "bob", "item": 5, "rating": 3}).status_code == 200


def test_times_are_not_rated(daemon, tmp_path):
    load(daemon, tmp_path, "user,item,rating,time\nann,x,5,1000000000\nbob,x,4,1000000000\n", "--keep-times")
    assert "give the `time`" in refused(daemon, {"user": "ann", "item": "x", "rating": 5}, using="times")


def test_a_new_key_gets_one_number_however_many_ask_at_once(daemon, tmp_path):
    load(daemon, tmp_path, KEYS, "--scale", "none")
    with concurrent.futures.ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(
            lambda number: rate(daemon, {"user": f"u{number % 8}", "item": f"i{number % 5}", "rating": 1}),
            range(80)))
    assert all(answer.status_code == 200 for answer in answers)
    for collection, count in [("ratings", 3 + 8), ("ratings-items", 3 + 5)]:
        points = ask(daemon, "POST", f"/collections/{collection}/points/scroll", {"limit": 1000})["points"]
        named = [point["payload"]["key"] for point in points]
        assert len(named) == len(set(named)) == count


def test_bad_requests_change_nothing(daemon, tmp_path):
    load(daemon, tmp_path, NUMBERS)
    good = {"user": 1, "item": 10, "rating": 1}
    before = vector(daemon, 1)
    for bad, word in [
        ({"user": "ann", "item": 1, "rating": 1}, "not a number"), ({"user": 1, "item": "x", "rating": 1}, "not a number"),
        ({"user": 1, "item": 2**32, "rating": 1}, str(2**32 - 1)), ({"user": -1, "item": 1, "rating": 1}, "user"),
        ({"user": 1.5, "item": 1, "rating": 1}, "user"), ({"user": 1, "item": 1}, "rating"),
        ({"user": 1, "item": 1, "rating": "5"}, "rating"), ({"user": 1, "item": 1, "rating": 1e300}, "rating"),
        ({"user": 1, "item": 1, "rating": 1, "time": -1}, "time"), ({"user": 1, "rating": 1}, "item"),
        ({"user": 1, "item": 1, "rating": 1, "stars": 5}, "stars"), ({"user": "", "item": 1, "rating": 1}, "user"),
        ({"user": "x" * 2000, "item": 1, "rating": 1}, "user"), ([], "an object"),
    ]:
        assert word in refused(daemon, good, bad), bad
    assert "1 to 1000" in refused(daemon)
    assert "1 to 1000" in refused(daemon, *[good] * 1001)
    assert "nothing" in refused(daemon, good, using="nothing")
    assert "unknown field" in refused(daemon, good, use="ratings")
    assert vector(daemon, 1) == before
    answer = httpx.post(daemon.url + "/collections/none/ratings", json={"ratings": [good]})
    assert answer.status_code == 404


def test_without_a_record_ratings_are_weights(daemon):
    ask(daemon, "PUT", "/collections/ratings", {"sparse_vectors": {"ratings": {}, "other": {}}})
    assert rate(daemon, {"user": 2**64 - 1, "item": 0, "rating": -2.5}).status_code == 200
    assert vector(daemon, 2**64 - 1) == {0: -2.5}
    tamper(daemon, {"scale": "odd"})
    assert "odd" in refused(daemon, {"user": 1, "item": 0, "rating": 1})


def tamper(daemon, kindred):
    """Metadata are anybody's to write."""
    ask(daemon, "PATCH", "/collections/ratings", {"metadata": {"kindred": kindred}})


@pytest.mark.parametrize("kindred", [
    1, [], {"scale": 1}, {"scale": "zscore"}, {"scale": "zscore", "mean": 0, "deviation": 0},
    {"scale": "zscore", "mean": 1e308, "deviation": 1e-308}, {"scale": "likes"}, {"users": "keys", "items": "keys"},
    {"items": "keys", "catalogue": "none"}, {"items": "keys", "catalogue": 5}, {"scale": "log", "users": 7},
])
def test_a_record_that_anybody_wrote_does_no_harm(daemon, kindred):
    ask(daemon, "PUT", "/collections/ratings", {"sparse_vectors": {"ratings": {}}})
    tamper(daemon, kindred)
    answer = rate(daemon, {"user": 1, "item": 1, "rating": -5})
    assert answer.status_code in (200, 400, 404, 422), answer.text
    assert json.dumps(ask(daemon, "GET", "/collections/ratings")["config"]["metadata"]["kindred"]) == json.dumps(kindred)
    assert ask(daemon, "GET", "/collections/ratings")["points_count"] == (1 if answer.status_code == 200 else 0)


def test_strict_mode_holds(daemon):
    ask(daemon, "PUT", "/collections/ratings", {
        "sparse_vectors": {"ratings": {}},
        "strict_mode_config": {"enabled": True, "max_points_count": 2, "upsert_max_batchsize": 3}})
    assert rate(daemon, *[{"user": user, "item": 1, "rating": 1} for user in (1, 2)]).status_code == 200
    assert "limit" in refused(daemon, {"user": 3, "item": 1, "rating": 1})
    assert rate(daemon, {"user": 2, "item": 2, "rating": 1}).status_code == 200
    assert "limit" in refused(daemon, *[{"user": user, "item": 1, "rating": 1} for user in range(4)])


def test_a_long_vector_is_not_written_again_for_one_rating_more(daemon):
    ask(daemon, "PUT", "/collections/ratings", {"sparse_vectors": {"ratings": {}}})
    for start in range(0, 20_000, 1000):
        rate(daemon, *[{"user": 1, "item": item, "rating": item % 7 + 0.25} for item in range(start, start + 1000)])
    assert len(vector(daemon, 1)) == 20_000

    def log_byte_count():
        return ask(daemon, "GET", "/stats")["wal"]["bytes"]

    before = log_byte_count()
    for item in range(50):
        rate(daemon, {"user": 1, "item": item, "rating": 9})
    assert log_byte_count() - before < 50 * 300
    assert vector(daemon, 1)[49] == 9
