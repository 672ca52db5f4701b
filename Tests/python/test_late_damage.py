"""A segment file that is damaged where a start does not look: whoever comes upon it first is refused,
then it is set aside, and everything says so."""
import os
import time

import httpx
import pytest
from qdrant_client import QdrantClient, models

from conftest import refused

POINTS = 2000
TEXT = "a payload that is easily found in the file, "


@pytest.fixture
def damaged(daemon):
    """A daemon that has been started on a collection `c` with a flipped bit in its payloads."""
    client = daemon.over_tcp()
    client.create_collection(
        "c", vectors_config={}, sparse_vectors_config={"v": models.SparseVectorParams()})
    client.upsert("c", [
        models.PointStruct(
            id=id, payload={"text": TEXT + str(id), "n": id},
            vector={"v": models.SparseVector(indices=[id % 7, 10 + id % 5], values=[1.0, id + 0.5])})
        for id in range(POINTS)])
    assert httpx.post(daemon.url + "/compact").status_code == 200
    client.upsert("c", [models.PointStruct(id=POINTS, payload={"n": 1}, vector={})])
    assert daemon.stop() == 0
    folder = os.path.join(daemon.directory, "segments")
    path = max((os.path.join(folder, name) for name in os.listdir(folder)), key=os.path.getsize)
    flip(path, place_of_text(path))
    return daemon, path


def place_of_text(path, length=len(TEXT)):
    with open(path, "rb") as file:
        return file.read().index(TEXT[-length:].encode()) - (len(TEXT) - length)


def flip(path, place):
    with open(path, "r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ 1]))


def stats(daemon):
    return httpx.get(daemon.url + "/stats").json()["result"]


def metric(daemon, name):
    for line in httpx.get(daemon.url + "/metrics").text.splitlines():
        if line.startswith(name):
            return float(line.rsplit(" ", 1)[1])
    return None


def wait_until(condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_damaged_segment_is_met_refused_and_set_aside(damaged):
    daemon, path = damaged
    daemon.start()
    client = daemon.over_tcp()
    # The background may have come first; then the segment is gone, and never is anything else answered.
    while True:
        try:
            found = client.scroll("c", limit=POINTS + 10)[0]
        except Exception as error:
            assert os.path.basename(path) in str(error) and "500" in str(error)
            continue
        break
    assert [point.id for point in found] == [POINTS]
    wait_until(lambda: stats(daemon)["recovery"]["quarantined"])
    name = os.path.basename(path)
    assert [name in reason for reason in stats(daemon)["recovery"]["quarantined"]] == [True]
    assert name in httpx.get(daemon.url + "/readyz").text
    assert metric(daemon, "kindred_recovery_quarantined_segments") == 1
    wait_until(lambda: metric(daemon, 'kindred_collection_unverified_bytes{id="c"}') == 0)
    assert os.path.exists(os.path.join(daemon.directory, "quarantine", name))
    assert not os.path.exists(path)
    # Writing, merging and starting again go on.
    client.upsert("c", [models.PointStruct(id=1, payload={"n": 5}, vector={})])
    assert httpx.post(daemon.url + "/compact").status_code == 200
    assert client.count("c").count == 2
    assert daemon.stop() == 0
    daemon.start()
    assert client_of(daemon).count("c").count == 2
    assert name in httpx.get(daemon.url + "/readyz").text


def client_of(daemon):
    return QdrantClient(url=daemon.url)


def test_what_is_whole_of_it_is_not_copied_by_snapshots(damaged):
    daemon, path = damaged
    daemon.start()
    client = daemon.over_tcp()
    try:
        description = client.create_snapshot("c")
    except Exception as error:
        assert os.path.basename(path) in str(error)
        wait_until(lambda: stats(daemon)["recovery"]["quarantined"])
        description = client.create_snapshot("c")
    # Of what is left.
    assert description.size < os.path.getsize(
        os.path.join(daemon.directory, "quarantine", os.path.basename(path)))


def test_a_whole_store_is_compared_in_the_background(daemon):
    client = daemon.over_tcp()
    client.create_collection(
        "c", vectors_config={}, sparse_vectors_config={"v": models.SparseVectorParams()})
    client.upsert("c", [
        models.PointStruct(id=id, vector={"v": models.SparseVector(indices=[1], values=[1.0])})
        for id in range(100)])
    assert daemon.stop() == 0
    daemon.start()
    wait_until(lambda: stats(daemon)["collections"][0]["unverified_bytes"] == 0)
    assert metric(daemon, 'collection_vectors{collection="c"') == 100
    assert "compared" not in httpx.get(daemon.url + "/readyz").text
    with refused(404):
        daemon.over_tcp().count("d")


def test_a_compaction_compares_what_was_compared_before(damaged):
    daemon, path = damaged
    # Mended.
    place = place_of_text(path, len(TEXT) - 1)
    flip(path, place)
    daemon.start()
    client = daemon.over_tcp()
    wait_until(lambda: stats(daemon)["collections"][0]["unverified_bytes"] == 0)
    assert client.count("c").count == POINTS + 1
    # Under the running daemon, which has compared and mapped it.
    flip(path, place)
    answer = httpx.post(daemon.url + "/compact")
    assert answer.status_code == 500 and os.path.basename(path) in answer.text
    wait_until(lambda: stats(daemon)["recovery"]["quarantined"])
    assert httpx.post(daemon.url + "/compact").status_code == 200
    assert client.count("c").count == 1
    assert stats(daemon)["read_only"] is None
