"""check, repair, inspect, backup and restore as an operator types them."""
import json
import os
import pathlib
import shutil
import signal
import subprocess

import httpx
import pytest

from conftest import Daemon


def kindred(*arguments, code=0):
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith("KINDRED_")}
    outcome = subprocess.run([os.environ["KINDRED"], *map(str, arguments)], capture_output=True,
                             text=True, timeout=120, env=environment)
    assert outcome.returncode == code, outcome.stdout + outcome.stderr
    return outcome.stdout if code in (0, 2) or "check" in arguments else outcome.stderr


@pytest.fixture
def daemon(tmp_path):
    """Points 0 to 29: ten in each of two segments, ten in the log."""
    daemon = Daemon(str(tmp_path / "d"))
    httpx.put(daemon.url + "/collections/c", json={"sparse_vectors": {"r": {}}})
    for batch in range(3):
        upsert(daemon, range(batch * 10, batch * 10 + 10))
        if batch < 2:
            httpx.post(daemon.url + "/flush")
    yield daemon
    if daemon.process.poll() is None:
        daemon.stop()


def upsert(daemon, ids):
    points = [{"id": id, "vector": {"r": {"indices": [id, 99], "values": [1, id]}}} for id in ids]
    answer = httpx.put(daemon.url + "/collections/c/points?wait=true", json={"points": points})
    assert answer.status_code == 200, answer.text


def ids(daemon):
    answer = httpx.post(daemon.url + "/collections/c/points/scroll", json={"limit": 1000})
    return [point["id"] for point in answer.json()["result"]["points"]]


def segments(directory):
    return sorted(pathlib.Path(directory).glob("segments/*.segment"))


def flip(path, offset):
    content = bytearray(path.read_bytes())
    content[offset] ^= 16
    path.write_bytes(content)


def test_check_through_the_daemon_and_without(daemon):
    for depth in ["--quick", "--full"]:
        assert kindred("check", depth, "--data-dir", daemon.directory).endswith("clean\n")
    assert kindred("check", "--socket", daemon.socket_path).endswith("clean\n")
    report = json.loads(kindred("check", "--json", "--data-dir", daemon.directory))
    assert report["status"] == "clean" and report["points"] == 20 and report["log_batches"] == 1
    daemon.stop(signal.SIGKILL)
    report = json.loads(kindred("check", "--json", "--data-dir", daemon.directory))
    assert report["status"] == "clean" and report["segments"] == 2

    (pathlib.Path(daemon.directory) / "segments" / "x.tmp").write_bytes(b"")
    output = kindred("check", "--data-dir", daemon.directory, code=1)
    assert "repairable: " in output and "x.tmp" in output
    flip(segments(daemon.directory)[0], 64)
    assert "data lost: " in kindred("check", "--data-dir", daemon.directory, code=2)
    assert kindred("check", "--quick", "--full", "--data-dir", "x", code=64) == ""
    kindred("check", "--data-dir", daemon.directory + "/nowhere", code=66)
    kindred("check", "--data-dir", daemon.directory + "/wal", code=66)


def test_damage_while_running_is_found(daemon):
    flip(segments(daemon.directory)[1], 64)
    report = json.loads(kindred("check", "--json", "--data-dir", daemon.directory, code=2))
    assert [finding["severity"] for finding in report["findings"]] == ["data_lost"]


def read_only(directory, *commands):
    """Runs commands of kindred with the directory mounted read-only; returns their exit codes."""
    script = f"mount --bind {directory} {directory} && mount -o remount,ro,bind {directory} || exit 99\n"
    for command in commands:
        script += f"{os.environ['KINDRED']} {command} >/dev/null; echo $?\n"
    done = subprocess.run(["unshare", "--mount", "bash", "-c", script], capture_output=True, text=True)
    if done.returncode == 99 or "unshare" in done.stderr:
        pytest.skip("may not mount: " + done.stderr)
    return done.stdout.split()


def test_a_read_only_file_system(daemon, tmp_path):
    daemon.stop(signal.SIGKILL)
    data, backup = daemon.directory, tmp_path / "backup"
    assert read_only(
        data, f"check --data-dir {data}", f"backup --data-dir {data} --output {backup}",
        f"repair --data-dir {data} --output {tmp_path / 'repaired'}") == ["0", "0", "0"]
    assert read_only(
        backup, f"check --data-dir {backup}",
        f"restore {backup} --data-dir {tmp_path / 'restored'}") == ["0", "0"]
    for name in ["repaired", "restored"]:
        copy = Daemon(str(tmp_path / name))
        assert ids(copy) == list(range(30))
        copy.stop()


def test_could_not_check_has_a_code_of_its_own(daemon):
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("needs to become somebody else")
    daemon.stop(signal.SIGKILL)
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    if subprocess.run([*nobody, os.environ["KINDRED"], "--help"], capture_output=True).returncode != 0:
        pytest.skip("nobody cannot run it")
    done = subprocess.run([*nobody, os.environ["KINDRED"], "check", "--data-dir", daemon.directory],
                          capture_output=True, text=True)
    assert done.returncode == 3 and "Permission denied" in done.stderr


def test_repair(daemon, tmp_path):
    assert "in use" in kindred("repair", "--data-dir", daemon.directory, code=69)
    daemon.stop(signal.SIGKILL)
    log = next(pathlib.Path(daemon.directory).glob("wal/*.wal"))
    flip(segments(daemon.directory)[0], 64)
    plan = kindred("repair", "--data-dir", daemon.directory)
    # Byte 64 is in the names of the vectors, which the configuration knows too.
    assert "c: 10 points in segments, 10 of damaged segments" in plan
    assert "nothing has been written" in plan
    kindred("repair", "--data-dir", daemon.directory, "--output", tmp_path / "new")
    assert kindred("check", "--data-dir", tmp_path / "new").endswith("clean\n")
    repaired = Daemon(str(tmp_path / "new"))
    assert ids(repaired) == list(range(30))
    assert repaired.stop() == 0
    # Damage that keeps the daemon from starting names the way out.
    flip(pathlib.Path(daemon.directory) / "MANIFEST", 20)
    with pytest.raises(RuntimeError):
        daemon.start()
    kindred("repair", "--data-dir", daemon.directory, "--output", tmp_path / "newer")
    repaired = Daemon(str(tmp_path / "newer"))
    assert ids(repaired) == list(range(30))
    assert repaired.stop() == 0
    # Without manifests and log nobody knows anything.
    for name in ["MANIFEST", "MANIFEST.previous"]:
        (pathlib.Path(daemon.directory) / name).unlink()
    log.unlink()
    assert "restore a backup" in kindred("repair", "--data-dir", daemon.directory, code=1)


def test_a_log_that_is_damaged_in_the_middle(daemon, tmp_path):
    for id in range(100, 105):
        upsert(daemon, [id])
    daemon.stop(signal.SIGKILL)
    log = next(pathlib.Path(daemon.directory).glob("wal/*.wal"))
    frames = json.loads(kindred("inspect", "wal", log, "--json"))["frames"]
    assert [frame["contents"] for frame in frames] == ["10 upserts in 1"] + ["1 upserts in 1"] * 5
    flip(log, frames[2]["offset"] + 40)
    refused = subprocess.run([os.environ["KINDRED"], "serve", "--data-dir", daemon.directory],
                             capture_output=True, text=True)
    assert refused.returncode == 1
    assert "kindred repair" in refused.stderr and str(frames[2]["offset"]) in refused.stderr
    kindred("repair", "--data-dir", daemon.directory, "--output", tmp_path / "new")
    repaired = Daemon(str(tmp_path / "new"))
    assert ids(repaired) == [*range(30), 100, 102, 103, 104]
    repaired.stop()


def test_inspect(daemon):
    assert "flushed_sequence_number" in kindred("inspect", "manifest", daemon.directory)
    lines = kindred("inspect", "segment", daemon.directory, "--json").splitlines()
    assert len(lines) == 2
    sections = json.loads(lines[0])["sections"]
    assert {"names", "ids", "payload", "postings", "sparseVectors"} <= \
        {section["kind"] for section in sections}
    assert all(section["intact"] for section in sections)
    flip(segments(daemon.directory)[0], sections[1]["offset"] + 9)
    assert "false" in kindred("inspect", "segment", segments(daemon.directory)[0])
    kindred("inspect", "wal", daemon.directory + "/nothing", code=66)
    kindred("inspect", "wal", segments(daemon.directory)[0], code=66)


def test_backup_and_restore(daemon, tmp_path):
    backup = tmp_path / "backup"
    kindred("backup", "--data-dir", daemon.directory, "--output", backup)
    assert segments(backup)[0].stat().st_nlink == 2
    upsert(daemon, [500])
    kindred("compact", "--data-dir", daemon.directory)
    assert "exists" in kindred("backup", "--data-dir", daemon.directory, "--output", backup, code=1)
    daemon.stop()
    assert kindred("check", "--data-dir", backup).endswith("clean\n")
    kindred("restore", backup, "--data-dir", tmp_path / "new")
    restored = Daemon(str(tmp_path / "new"))
    assert ids(restored) == list(range(30))
    restored.stop()
    second = json.loads(kindred("backup", "--data-dir", daemon.directory, "--output",
                                tmp_path / "second", "--json"))
    assert second["sequence_number"] == 5
    flip(segments(tmp_path / "second")[0], 64)
    assert "not whole" in kindred("restore", tmp_path / "second", "--data-dir", tmp_path / "no",
                                  code=1)
    assert not (tmp_path / "no").exists()


def test_completions():
    for shell in ["bash", "zsh", "fish"]:
        assert "inspect" in kindred("--generate-completion-script", shell)
