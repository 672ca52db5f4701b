"""Metrics and telemetry, as programs that read them expect them."""
import collections
import re
import shutil
import subprocess

import httpx
import pytest
from qdrant_client import models


@pytest.fixture
def metrics(daemon):
    client = daemon.over_tcp()
    client.create_collection(
        "c", vectors_config={"d": models.VectorParams(size=1, distance="Dot")},
        sparse_vectors_config={"s": models.SparseVectorParams()})
    taste = models.SparseVector(indices=[1], values=[1.0])
    client.upsert("c", wait=True, points=[
        models.PointStruct(id=1, vector={"d": [1.0], "s": taste}),
        models.PointStruct(id=2, vector={"d": [1.0]}), models.PointStruct(id=3, vector={})])
    client.delete("c", [2], wait=True)
    httpx.get(daemon.url + "/collections/none")
    return httpx.get(daemon.url + "/metrics").text


def samples(text, name):
    return {
        labels: float(value)
        for labels, value in re.findall(rf"^{name}(?:\{{(.*)\}})? (\S+)$", text, re.MULTILINE)}


def test_vectors_failures_and_the_process_are_counted(metrics):
    assert samples(metrics, "collections_vector_total") == {"": 2}
    assert samples(metrics, "collection_vectors") == {
        'collection="c",vector="d"': 1, 'collection="c",vector="s"': 1}
    failures = samples(metrics, "rest_responses_fail_total")
    # Whoever waited for the daemon may have asked before it was ready.
    failures.pop('method="GET",endpoint="/readyz",status="503"', None)
    assert failures == {'method="GET",endpoint="/collections/{collection}",status="404"': 1}
    for name in ["memory_resident_bytes", "process_threads", "process_open_fds", "process_max_fds",
                 "process_open_mmaps", "system_max_mmaps", "process_minor_page_faults_total"]:
        assert samples(metrics, name)[""] > 0, name


def test_names_fit_their_types(metrics):
    types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", metrics, re.MULTILINE))
    helps = collections.Counter(re.findall(r"^# HELP (\S+) ", metrics, re.MULTILINE))
    assert set(helps) == set(types) and set(helps.values()) == {1}
    for name, kind in types.items():
        assert (kind == "counter") == name.endswith("_total") or kind == "untyped", name
    for line in metrics.splitlines():
        if not line.startswith("#"):
            name = re.match(r"[a-z_]+", line)[0]
            assert name in types or re.sub("_(bucket|sum|count)$", "", name) in types, line


def test_prometheus_has_nothing_to_complain_of(metrics):
    if not shutil.which("promtool"):
        pytest.skip("no promtool")
    checked = subprocess.run(
        ["promtool", "check", "metrics"], input=metrics, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr


def test_telemetry_can_be_read(daemon):
    client = daemon.over_tcp()
    telemetry = client.http.service_api.telemetry().result
    assert telemetry.collections.number_of_collections == 0
    assert telemetry.app.name == "kindred"
