"""The alerts and the dashboard of tools/monitoring, on what a running daemon's /metrics really has.

Debian's package `prometheus` brings promtool and prometheus; the tests that need them skip without."""
import itertools
import json
import pathlib
import re
import shutil
import subprocess
import time

import httpx
import pytest
from qdrant_client import models

from certificates import Authority
from conftest import free_port, running_daemon
from test_tls import refusal, secure

FOLDER = pathlib.Path(__file__).parents[2] / "tools" / "monitoring"
ALERTS = FOLDER / "alerts.yml"
DASHBOARD = json.loads((FOLDER / "grafana-dashboard.json").read_text())
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
QUERIES = [(panel["title"], target["expr"]) for panel in PANELS for target in panel["targets"]]

needs_promtool = pytest.mark.skipif(
    not shutil.which("promtool"), reason="no promtool: apt-get install prometheus")


@pytest.fixture(scope="module")
def used():
    """A daemon that has been asked for this and that, and has made a backup."""
    with running_daemon() as daemon:
        client = daemon.over_tcp()
        client.create_collection(
            "c", vectors_config={"d": models.VectorParams(size=1, distance="Dot")},
            sparse_vectors_config={"s": models.SparseVectorParams()})
        client.upsert("c", wait=True, points=[models.PointStruct(
            id=1, vector={"d": [1.0], "s": models.SparseVector(indices=[1], values=[1.0])})])
        httpx.post(daemon.url + "/flush")
        httpx.get(daemon.url + "/collections/none")
        backup = daemon.directory + ".backup"
        # Made at the control socket only.
        answer = httpx.Client(transport=httpx.HTTPTransport(uds=daemon.socket_path)).post(
            "http://localhost/backup", json={"destination": backup})
        assert answer.status_code == 200, answer.text
        try:
            yield daemon
        finally:
            shutil.rmtree(backup)


def names(metrics):
    return set(re.findall(r"^([a-z_]+)[ {]", metrics, re.MULTILINE))


@pytest.fixture(scope="module")
def known(used, tmp_path_factory):
    """What there is to be asked for; where the binary has no TLS, with the names that it would have."""
    found = names(httpx.get(used.url + "/metrics").text) | {"up"}
    folder = tmp_path_factory.mktemp("tls")
    if "without TLS" in refusal(folder, certificate="/none", key="/none"):
        return found | {"kindred_tls_certificate_not_after_seconds", "kindred_tls_reload_blocked",
                        "kindred_tls_handshake_failures_total"}
    authority = Authority(folder)
    with secure(folder, *authority.issue(), authority) as daemon:
        return found | names(daemon.client().get("/metrics").text)


def asked_for(expression):
    """The metrics that an expression of Prometheus reads: names that are neither functions, nor labels,
    nor words of the language."""
    plain = re.sub(r"\{[^}]*\}|\[[^]]*\]|\b(by|without|on) *\([^)]*\)", " ", expression)
    plain = re.sub(r"[a-z_]+ *\(", " ( ", plain)
    return set(re.findall(r"[a-z][a-z_]*", plain)) - {"and", "or", "by", "on"}


def alerts():
    """Names and expressions, as promtool would read them: one or more lines behind `expr:`."""
    found = re.findall(r"- alert: (\w+)\n +expr: (?:>-\n)?(.*?)\n +(?:for|labels):",
                       ALERTS.read_text(), re.DOTALL)
    assert len(found) == ALERTS.read_text().count("- alert:")
    return found


def test_expressions_are_understood():
    assert asked_for('sum by (a, b) (rate(x_total{s=~"4.."}[5m])) > 0.1 * y_b and on (j) z') == {
        "x_total", "y_b", "z"}


@pytest.mark.parametrize("title, query", QUERIES + alerts())
def test_every_metric_is_there(known, title, query):
    metrics = asked_for(query)
    assert metrics and metrics <= known, f"{title}: there is no {metrics - known}"


def test_every_label_is_there(known, used):
    text = httpx.get(used.url + "/metrics").text
    there = set(re.findall(r'[{,]([a-z_]+)="', text)) | {"job", "instance"}
    for title, query in QUERIES + alerts():
        named = re.findall(r"[{,] *([a-z_]+) *[=!]", query) + [
            label.strip() for labels in re.findall(r"\b(?:by|on) *\(([^)]*)\)", query)
            for label in labels.split(",")]
        assert set(named) <= there, title
    for panel in PANELS:
        for target in panel["targets"]:
            assert set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])) <= there, panel["title"]
    # What the dashboard finds daemons by.
    assert re.search(r'^app_info\{[^}]*name="kindred"', text, re.MULTILINE)


# The alerts


def promtool(*arguments):
    done = subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@needs_promtool
def test_rules_are_well_formed():
    promtool("check", "rules", ALERTS)


LABELS = 'job="kindred", instance="a:6333"'
# A sample every two minutes.
DAY, SECONDS = 720, 86_400
SAMPLES = 7 * DAY


def series(name, values, labels=""):
    return {"series": f"{name}{{{LABELS}{labels}}}", "values": values}


def always(name, value, labels=""):
    return series(name, f"{value}x{SAMPLES}", labels)


REQUESTS = ', method="POST", endpoint="/collections/{collection}/points/query"'
CALM = {
    "up": [always("up", 1)],
    "opening": [always("app_status_recovery_mode", 0)],
    "read_only": [always("kindred_read_only", 0)],
    "damaged": [always("kindred_recovery_quarantined_segments", 0)],
    "blocked": [always("kindred_flush_blocked", 0)],
    "disk": [always("kindred_disk_free_bytes", 100e9)],
    "segments": [always("kindred_collection_segment_bytes", 5e9, ', id="c"'),
                 always("kindred_collection_segment_bytes", 1e6, ', id="d"')],
    "log": [always("kindred_wal_bytes", 100e6)],
    # Each takes at most 5 ms.
    "syncs": [series("kindred_wal_sync_duration_seconds_bucket", f"0+60x{SAMPLES}", f', le="{le}"')
              for le in ["0.005", "0.1", "0.5", "1", "+Inf"]],
    "requests": [series("rest_responses_total", f"0+6000x{SAMPLES}", REQUESTS + ', status="200"')],
    "failures": [always("rest_responses_fail_total", 3, REQUESTS + ', status="429"')],
    "files": [always("process_open_fds", 100), always("process_max_fds", 1000)],
    "mappings": [always("process_open_mmaps", 100), always("system_max_mmaps", 65530)],
    "certificate": [always("kindred_tls_certificate_not_after_seconds", 90 * SECONDS)],
    "reload": [always("kindred_tls_reload_blocked", 0)],
    # One each day, known at once.
    "backup": [series("kindred_last_backup_timestamp_seconds", " ".join(
        f"{day * SECONDS + 60}x{DAY - 1}" for day in range(8)))],
    "uptime": [series("kindred_uptime_seconds", f"0+120x{SAMPLES}")],
}
TROUBLE = {
    "KindredDown": {"up": [always("up", 0)]},
    "KindredStillOpening": {"opening": [always("app_status_recovery_mode", 1)]},
    "KindredReadOnly": {"read_only": [always("kindred_read_only", 1)]},
    "KindredDamaged": {"damaged": [always("kindred_recovery_quarantined_segments", 2)]},
    "KindredFlushBlocked": {"blocked": [always("kindred_flush_blocked", 1)]},
    # Less than two compactions of a collection of 5 GB, which count for 1 GiB each.
    "KindredDiskNearlyFull": {"disk": [always("kindred_disk_free_bytes", 2.5e9)]},
    "KindredDiskNearlyFull, without collections": {
        "disk": [always("kindred_disk_free_bytes", 200e6)], "segments": []},
    "KindredDiskFullSoon": {
        "disk": [series("kindred_disk_free_bytes", f"200000000000-400000000x{SAMPLES}")],
        "segments": []},
    "KindredLogGrowing": {"log": [always("kindred_wal_bytes", 600e6)]},
    # Half of them take more than half a second.
    "KindredSlowSyncs": {"syncs": [
        series("kindred_wal_sync_duration_seconds_bucket", f"0+{step}x{SAMPLES}", f', le="{le}"')
        for le, step in [("0.005", 10), ("0.1", 20), ("0.5", 30), ("1", 60), ("+Inf", 60)]]},
    "KindredRefusesRequests": {"failures": [
        series("rest_responses_fail_total", f"0+60x{SAMPLES}", REQUESTS + ', status="429"'),
        series("rest_responses_fail_total", f"0+60x{SAMPLES}", REQUESTS + ', status="413"')]},
    "KindredFails": {"failures": [
        series("rest_responses_fail_total", f"0+1x{SAMPLES}", REQUESTS + ', status="507"')]},
    "KindredFewFilesLeft": {"files": [always("process_open_fds", 900), always("process_max_fds", 1000)]},
    "KindredFewMappingsLeft": {"mappings": [
        always("process_open_mmaps", 60000), always("system_max_mmaps", 65530)]},
    "KindredCertificateExpires": {"certificate": [
        always("kindred_tls_certificate_not_after_seconds", 13 * SECONDS)]},
    "KindredCertificateNotReloaded": {"reload": [always("kindred_tls_reload_blocked", 1)]},
    # One on day 4, then the daemon was started again, and forgot it.
    "KindredBackupTooOld": {"backup": [series(
        "kindred_last_backup_timestamp_seconds",
        f"0x{4 * DAY - 1} {4 * SECONDS}x{DAY // 2} 0x{3 * DAY}")]},
    "KindredNoBackup": {"backup": [always("kindred_last_backup_timestamp_seconds", 0)]},
}


def test_every_alert_has_its_trouble():
    assert {name for name, _ in alerts()} == {name.split(",")[0] for name in TROUBLE}


@needs_promtool
@pytest.mark.parametrize("name", ["", *TROUBLE])
def test_alerts_fire_for_their_trouble_and_not_without(tmp_path, name):
    metrics = CALM | TROUBLE.get(name, {})
    assert not name or TROUBLE[name].keys() <= CALM.keys()
    # Whoever looks days back needs them, and time.
    at = "6d23h" if name in ("", "KindredBackupTooOld", "KindredNoBackup") else "12h"
    expected = [] if not name else [
        {"labels": f'{{alertname="{name.split(",")[0]}", instance="a:6333", job="kindred"}}', "value": 1}]
    # JSON is YAML, too.
    (tmp_path / "test.yml").write_text(json.dumps({
        "rule_files": [str(ALERTS)], "evaluation_interval": "15m",
        "tests": [{"interval": "2m", "input_series": list(itertools.chain(*metrics.values())),
                   "promql_expr_test": [{
                       "expr": 'max by (alertname, job, instance) (ALERTS{alertstate="firing"})',
                       "eval_time": at, "exp_samples": expected}]}]}))
    promtool("test", "rules", tmp_path / "test.yml")


@needs_promtool
def test_words_of_alerts(tmp_path):
    """Their templates have values that they can say."""
    (tmp_path / "test.yml").write_text(json.dumps({
        "rule_files": [str(ALERTS)], "evaluation_interval": "10m",
        "tests": [{"interval": "2m", "input_series": TROUBLE["KindredFewFilesLeft"]["files"],
                   "alert_rule_test": [{
                       "eval_time": "1h", "alertname": "KindredFewFilesLeft", "exp_alerts": [{
                           "exp_labels": {"job": "kindred", "instance": "a:6333", "severity": "warning"},
                           "exp_annotations": {
                               "summary": "a:6333 has 90% of the files open that it may",
                               "description": "Raise LimitNOFILE= of the unit."}}]}]}]}))
    promtool("test", "rules", tmp_path / "test.yml")


# The dashboard


def test_the_dashboard_is_one_that_grafana_takes():
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(ids)) == len(ids)
    taken = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24, panel["title"]
        cells = set(itertools.product(range(place["x"], place["x"] + place["w"]),
                                      range(place["y"], place["y"] + place["h"])))
        assert not cells & taken, panel["title"]
        taken |= cells
    variables = {variable["name"] for variable in DASHBOARD["templating"]["list"]}
    assert variables == {"datasource", "job", "instance"}
    for panel in PANELS:
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        for target in panel["targets"]:
            assert set(re.findall(r"\$(\w+)", target["expr"])) <= variables | {"__rate_interval"}


def filled_in(query):
    return query.replace("$__rate_interval", "1m").replace('"$job"', '".*"').replace('"$instance"', '".*"')


@needs_promtool
def test_every_query_parses(tmp_path):
    rules = [{"record": f"query:{number}", "expr": filled_in(query)}
             for number, (_, query) in enumerate(QUERIES)]
    (tmp_path / "rules.yml").write_text(json.dumps({"groups": [{"name": "queries", "rules": rules}]}))
    promtool("check", "rules", tmp_path / "rules.yml")


@pytest.mark.skipif(not shutil.which("prometheus"), reason="no prometheus: apt-get install prometheus")
def test_panels_show_something(used, tmp_path):
    """A real Prometheus reads the real daemon, with the real alerts, and answers every panel."""
    (tmp_path / "prometheus.yml").write_text(json.dumps({
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"}, "rule_files": [str(ALERTS)],
        "scrape_configs": [{"job_name": "kindred", "static_configs": [
            {"targets": [used.url.removeprefix("http://")]}]}]}))
    port = free_port()
    prometheus = subprocess.Popen(
        ["prometheus", f"--config.file={tmp_path}/prometheus.yml", f"--storage.tsdb.path={tmp_path}/data",
         f"--web.listen-address=127.0.0.1:{port}"], stderr=subprocess.PIPE, text=True)
    api = httpx.Client(base_url=f"http://127.0.0.1:{port}")

    def ask(query):
        # 503 until it has read its own log.
        answer = api.get("/api/v1/query", params={"query": query}).raise_for_status().json()
        assert answer["status"] == "success", answer
        return answer["data"]["result"]

    try:
        deadline = time.monotonic() + 60
        # Rates need two readings; what is asked meanwhile makes them more than nothing.
        while True:
            try:
                httpx.get(used.url + "/collections/none")
                if len(ask("up[1m]")) and len(ask("up[1m]")[0]["values"]) > 3:
                    break
            except httpx.HTTPError:
                assert prometheus.poll() is None, prometheus.stderr.read()
            assert time.monotonic() < deadline
            time.sleep(0.2)
        # Nobody has TLS here, and nothing is refused.
        empty = {title for title, query in QUERIES if not ask(filled_in(query))}
        assert empty == {"Certificate expires in", "Refused", "TLS handshakes that failed"}
        rules = api.get("/api/v1/rules").json()["data"]["groups"][0]["rules"]
        assert len(rules) == len(alerts())
        assert not [rule for rule in rules if rule.get("lastError")]
    finally:
        prometheus.terminate()
        prometheus.wait(30)
        prometheus.stderr.close()
        api.close()
