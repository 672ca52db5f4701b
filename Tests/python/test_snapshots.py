"""Snapshots with the official client and plain HTTP."""
import hashlib
import pathlib

import httpx
import pytest
from qdrant_client import models

from conftest import refused

COUNT = 400


@pytest.fixture
def client(client_of_any_door):
    return client_of_any_door


@pytest.fixture
def filled(client):
    """A collection of several megabytes, more than one read of the upload."""
    client.create_collection(
        "c", vectors_config={"d": models.VectorParams(size=1024, distance="Euclid")},
        sparse_vectors_config={"s": models.SparseVectorParams()})
    client.create_payload_index("c", "n", "integer", wait=True)
    client.upload_points("c", wait=True, points=[
        models.PointStruct(
            id=i, payload={"n": i},
            vector={
                "d": [float((i * 31 + j * 17) % 97) for j in range(1024)],
                "s": models.SparseVector(indices=[i, i + 1], values=[1.5, -2.0])})
        for i in range(COUNT)
    ])
    return client


def content(client):
    return client.scroll("c", with_vectors=True, limit=COUNT + 1)[0]


def test_a_snapshot_brings_back_what_was_deleted(filled, daemon):
    before = content(filled)
    made = filled.create_snapshot("c")
    assert filled.list_snapshots("c") == [made]
    file = pathlib.Path(daemon.directory, "snapshots", made.name)
    assert file.stat().st_size == made.size
    assert hashlib.sha256(file.read_bytes()).hexdigest() == made.checksum
    filled.delete("c", models.Filter(
        must=[models.FieldCondition(key="n", range=models.Range(gte=10))]), wait=True)
    filled.delete_payload_index("c", "n", wait=True)
    assert filled.count("c").count == 10
    assert filled.recover_snapshot(
        "c", location=file.as_uri(), checksum=made.checksum, priority="snapshot")
    assert content(filled) == before
    assert filled.get_collection("c").payload_schema["n"].data_type == "integer"
    # A collection of another name is made, and a restart keeps both.
    assert filled.recover_snapshot("copy", location=made.name)
    assert daemon.stop() == 0
    daemon.start()
    restarted = daemon.over_tcp()
    assert content(restarted) == before
    assert restarted.count("copy").count == COUNT
    assert restarted.delete_snapshot("c", made.name)
    assert restarted.list_snapshots("c") == []
    with refused(404):
        restarted.recover_snapshot("c", location=made.name)


def test_a_snapshot_moves_over_http_to_another_daemon(filled, daemon, second_daemon):
    made = filled.create_snapshot("c")
    base = f"{daemon.url}/collections/c/snapshots"
    download = httpx.get(f"{base}/{made.name}")
    assert hashlib.sha256(download.content).hexdigest() == made.checksum
    assert made.size > 1 << 20
    other = f"{second_daemon.url}/collections/c/snapshots/upload"
    for data, params, status in [
        (download.content[:-1], {}, 400),
        (download.content, {"checksum": "0" * 64}, 400),
        (download.content, {"checksum": "0"}, 422),
        (download.content, {"priority": "mine"}, 400),
        (download.content, {"priority": "replica", "checksum": made.checksum}, 200),
    ]:
        assert second_daemon.over_tcp().collection_exists("c") is False
        answer = httpx.post(other, params=params, files={"snapshot": data}, timeout=30)
        assert answer.status_code == status, answer.text
    assert answer.json()["result"] is True
    assert content(second_daemon.over_tcp()) == content(filled)
    # Uploads do not stay.
    assert list(pathlib.Path(second_daemon.directory, "snapshots").iterdir()) == []


def test_the_body_limit_does_not_stop_an_upload(daemon):
    answer = httpx.post(
        f"{daemon.url}/collections/c/snapshots/upload", files={"snapshot": bytes(40 << 20)},
        timeout=30)
    assert answer.status_code == 400 and "snapshot" in answer.json()["status"]["error"]
    assert daemon.over_tcp().get_collections().collections == []


def test_snapshots_of_everything(filled):
    filled.create_collection("empty", vectors_config={})
    made = filled.create_full_snapshot()
    assert filled.list_full_snapshots() == [made]
    assert filled.list_snapshots("c") == []
    before = content(filled)
    filled.delete_collection("c")
    assert filled.recover_snapshot("c", location=made.name)
    assert content(filled) == before
    assert filled.delete_full_snapshot(made.name)
    assert filled.list_full_snapshots() == []


def test_the_only_shard_is_the_collection(filled):
    made = filled.create_shard_snapshot("c", 0)
    assert filled.list_shard_snapshots("c", 0) == [made]
    assert filled.recover_shard_snapshot("c", 0, location=made.name)
    assert filled.delete_shard_snapshot("c", 0, made.name)
    with refused(404):
        filled.list_shard_snapshots("c", 1)
