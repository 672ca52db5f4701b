"""Item models that the daemon keeps up to date by itself."""

import random
import time

import httpx
import pytest

from conftest import running_daemon


def people(ids):
    random.seed(ids.start)
    points = []
    for id in ids:
        items = sorted(random.sample(range(1, 40), 12))
        points.append({"id": id, "vector": {"ratings": {
            "indices": items, "values": [random.randint(1, 5) for _ in items]}}})
    return points


@pytest.fixture
def daemon():
    with running_daemon() as daemon:
        put(daemon, "/collections/people", {"sparse_vectors": {"ratings": {}, "likes": {}}})
        upsert(daemon, range(1, 101))
        yield daemon


def put(daemon, path, body):
    answer = httpx.put(daemon.url + path, json=body, timeout=60)
    assert answer.status_code == 200, answer.text


def upsert(daemon, ids):
    put(daemon, "/collections/people/points?wait=true", {"points": people(ids)})


def model(daemon):
    return httpx.get(daemon.url + "/collections/people/item-model/items").json()["result"]


def until(daemon, condition):
    deadline = time.monotonic() + 120
    while not condition(state := model(daemon)):
        assert time.monotonic() < deadline, state
        assert state["state"] not in ("failed", "cancelled"), state
        time.sleep(0.1)


def is_of(count):
    return lambda state: state.get("trained_on", {}).get("people") == count and state["state"] == "ready"


def test_a_model_is_trained_anew_once_much_has_changed_also_after_a_restart(daemon):
    put(daemon, "/collections/people/item-model/items",
        {"neighbors": 10, "filter": {"must_not": [{"has_id": [3]}]}, "refresh": {"changed_share": 0.2}})
    until(daemon, is_of(99))
    assert model(daemon)["trained_on"]["request"]["refresh"] == {"changed_share": 0.2}
    upsert(daemon, range(101, 111))
    # A tenth is not enough; what comes with it is.
    upsert(daemon, range(111, 131))
    until(daemon, is_of(129))
    assert model(daemon)["trained_on"]["neighbors"] == 10
    daemon.stop()
    daemon.start()
    upsert(daemon, range(131, 201))
    until(daemon, is_of(199))
    assert model(daemon)["stale"] is False


def test_a_model_is_trained_anew_once_it_is_old_and_anything_has_changed(daemon):
    put(daemon, "/collections/people/item-model/items", {"refresh": {"every_seconds": 1}})
    until(daemon, is_of(100))
    trained_at = model(daemon)["trained_on"]["trained_at"]
    assert abs(time.time() - trained_at) < 3600
    upsert(daemon, range(101, 102))
    until(daemon, is_of(101))
    assert model(daemon)["trained_on"]["trained_at"] >= trained_at


def test_a_model_is_trained_anew_once_new_items_have_raters_enough(daemon):
    put(daemon, "/collections/people/item-model/items", {"min_raters": 3, "refresh": {"added_items": 2}})
    until(daemon, is_of(100))
    assert model(daemon)["added_items"] == 0 and model(daemon)["changed_share"] == 0

    def rate(user, item):
        httpx.post(daemon.url + "/collections/people/ratings", json={"ratings": [
            {"user": user, "item": item, "rating": 4}]}).raise_for_status()
    for user in range(1, 4):
        rate(user, 100)
    rate(1, 200)
    state = model(daemon)
    assert state["added_items"] == 1 and state["stale"] and state["trained_on"]["ratings"] == 1200
    assert state["changed_share"] == pytest.approx(4 / 1200)
    # The second one gets its third rater.
    rate(2, 200)
    rate(3, 200)
    until(daemon, lambda state: state["state"] == "ready" and state["trained_on"]["ratings"] == 1206)
    assert model(daemon)["added_items"] == 0
    points = httpx.post(daemon.url + "/collections/people.items/points", json={
        "ids": [100, 200], "with_vector": True}).json()["result"]
    assert len(points) == 2 and all(point["vector"]["weights"]["indices"] for point in points)


def test_items_are_those_of_the_catalogue_as_it_is(daemon):
    put(daemon, "/collections/films", {"sparse_vectors": {}})

    def title(item, text):
        put(daemon, "/collections/films/points?wait=true", {"points": [
            {"id": item, "vector": {}, "payload": {"title": text, "genre": ["land", "sea"][item % 2]}}]})
    for item in range(1, 13):
        title(item, f"film {item}")
    httpx.patch(daemon.url + "/collections/people", json={
        "metadata": {"kindred": {"catalogue": "films"}}}).raise_for_status()
    put(daemon, "/collections/people/item-model/items", {"catalogue": "films"})
    until(daemon, is_of(100))
    title(51, "film 51 that nobody has rated")
    title(1, "film 1, the new cut")

    def recommended(**body):
        answer = httpx.post(daemon.url + "/collections/people/recommend", json={
            "ratings": {"99": 5}, "limit": 100, **body})
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]["items"]

    by_id = {item["id"]: item for item in recommended(point=1, ratings={}, exclude_rated=False)}
    assert by_id[1]["payload"]["title"] == "film 1, the new cut"
    # Found without its name, by a method without a model, too.
    odd = {"must": [{"key": "genre", "match": {"value": "sea"}}]}
    some = recommended(point=1, ratings={}, exclude_rated=False, item_filter=odd, method="neighbors")
    assert some and all(item["payload"]["genre"] == "sea" for item in some)
    new = recommended(ratings={"1": 5, "2": 1}, new_items=0.5)
    assert [item["id"] for item in new if item.get("new")] == [51]
    # Where the catalogue has gone, the model's copy is left.
    httpx.delete(daemon.url + "/collections/films").raise_for_status()
    by_id = {item["id"]: item for item in recommended(point=1, ratings={}, exclude_rated=False)}
    assert by_id[1]["payload"]["title"] == "film 1"


def test_a_model_of_another_vector_is_refused_by_name(daemon):
    put(daemon, "/collections/people/item-model/items", {})
    until(daemon, is_of(100))
    ask = {"ratings": {"1": 5}, "using": "likes"}
    answer = httpx.post(daemon.url + "/collections/people/recommend", json={**ask, "model": "items"})
    assert answer.status_code == 400 and "trained on another vector" in answer.text
    assert httpx.post(daemon.url + "/collections/people/recommend", json=ask).status_code == 200


@pytest.mark.parametrize("refresh", [
    {}, [], 1, {"changed_share": 0}, {"changed_share": -1}, {"changed_share": 1e308}, {"every_seconds": 0},
    {"every_seconds": 2**63}, {"every_seconds": 1.5}, {"each_second": 1},
    {"added_items": 0}, {"added_items": 1.5}, {"added_items": 2**62},
])
def test_a_schedule_that_means_nothing_is_refused(daemon, refresh):
    answer = httpx.put(daemon.url + "/collections/people/item-model/items", json={"refresh": refresh})
    assert answer.status_code in (400, 422), answer.text
    assert httpx.get(daemon.url + "/collections/people/item-model/items").status_code == 404
