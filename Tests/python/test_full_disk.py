"""A disk that is full: upserts are refused with a reason, everything else goes on, and the daemon
resumes by itself. Mounts a small file system of its own; skips where that is not allowed."""
import os
import shutil
import signal
import subprocess
import time

import httpx
import pytest

from conftest import free_port

SIZE = 24 << 20
POINTS = 100


def can_mount():
    if not shutil.which("unshare") or not shutil.which("nsenter"):
        return False
    return subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
                          capture_output=True).returncode == 0


pytestmark = pytest.mark.skipif(not can_mount(), reason="cannot mount a tmpfs")


class SmallDisk:
    """A daemon that alone sees a tmpfs at `directory`."""

    def __init__(self, directory):
        self.directory = str(directory)
        # Holds the mount while daemons come and go.
        self.holder = subprocess.Popen(
            ["unshare", "-m", "sh", "-c",
             f"mount -t tmpfs -o size={SIZE} tmpfs '{directory}' && echo ready && exec sleep 600"],
            stdout=subprocess.PIPE)
        assert self.holder.stdout.readline() == b"ready\n"

    def run(self, *command):
        return subprocess.run(["nsenter", "-t", str(self.holder.pid), "-m", *command],
                              capture_output=True, text=True)

    def start(self):
        self.port = free_port()
        # nsenter becomes the daemon, so that signals reach it.
        self.process = subprocess.Popen(
            ["nsenter", "-t", str(self.holder.pid), "-m", os.environ["KINDRED"], "serve",
             "--data-dir", self.directory + "/d", "--http", f"127.0.0.1:{self.port}"],
            env={**os.environ, "KINDRED_MEMTABLE_BYTES": str(1 << 20),
                 "KINDRED_LOG_BYTES": str(2 << 20)},
            stderr=subprocess.PIPE)
        deadline = time.monotonic() + 60
        while True:
            try:
                if self.send("GET", "/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            assert self.process.poll() is None, self.process.stderr.read().decode()
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.log = self.process.communicate(timeout=60)[1].decode()
        return self.process.returncode

    def send(self, method, path, body=None):
        return httpx.request(method, f"http://127.0.0.1:{self.port}{path}", json=body, timeout=60)

    def fill(self, name, leaving=0):
        """Takes all room but `leaving` bytes."""
        status = os.statvfs(f"/proc/{self.holder.pid}/root{self.directory}")
        count = max(status.f_bavail * status.f_frsize - leaving, 0)
        self.run("fallocate", "-l", str(count), f"{self.directory}/{name}")

    def free(self):
        status = os.statvfs(f"/proc/{self.holder.pid}/root{self.directory}")
        return status.f_bavail * status.f_frsize

    # Points

    def upsert(self, batch):
        points = [{"id": batch * POINTS + id,
                   "vector": {"r": {"indices": list(range(200)),
                                    "values": [(batch * 31 + id + i) / 7 for i in range(200)]}},
                   "payload": {"batch": batch}} for id in range(POINTS)]
        return self.send("PUT", "/collections/c/points?wait=true", {"points": points})

    def batches(self):
        hits = self.send("POST", "/collections/c/facet",
                         {"key": "batch", "limit": 10_000, "exact": True}).json()["result"]["hits"]
        return {hit["value"]: hit["count"] for hit in hits}


@pytest.fixture
def disk(tmp_path):
    disk = SmallDisk(tmp_path)
    try:
        disk.start()
        assert disk.send("PUT", "/collections/c",
                         {"sparse_vectors": {"r": {}}}).status_code == 200
        assert disk.send("PUT", "/collections/c/index?wait=true",
                         {"field_name": "batch", "field_schema": "integer"}).status_code == 200
        yield disk
    finally:
        if disk.process.poll() is None:
            disk.stop(signal.SIGKILL)
        disk.holder.kill()
        disk.holder.wait()


def upsert_until_refused(disk, first=0):
    acknowledged = []
    for batch in range(first, first + 5000):
        answer = disk.upsert(batch)
        if answer.status_code != 200:
            return acknowledged, answer
        acknowledged.append(batch)
    pytest.fail("the disk never became full")


def delete(disk, batch):
    return disk.send("POST", "/collections/c/points/delete?wait=true", {
        "filter": {"must": [{"key": "batch", "match": {"value": batch}}]}}).status_code


def serves(disk, acknowledged):
    assert disk.send("GET", "/readyz").status_code == 200
    found = disk.send("POST", "/collections/c/points/query",
                      {"query": {"indices": [1], "values": [1.0]}, "using": "r", "limit": 3})
    assert found.status_code == 200 and len(found.json()["result"]["points"]) == 3
    counts = disk.batches()
    assert all(counts.get(batch) == POINTS for batch in acknowledged)


def upsert_when_there_is_room(disk, batch):
    deadline = time.monotonic() + 60
    while (answer := disk.upsert(batch)).status_code != 200:
        assert answer.status_code == 507
        assert time.monotonic() < deadline, "upserts do not resume: " + answer.text
        time.sleep(0.05)


def test_a_full_disk(disk):
    disk.fill("other", leaving=16 << 20)
    acknowledged, refusal = upsert_until_refused(disk)
    assert len(acknowledged) > 10
    assert refusal.status_code == 507
    assert "disk is full" in refusal.json()["status"]["error"]
    serves(disk, acknowledged)

    # Compaction has the room that was kept for it.
    for _ in range(3):
        before = disk.free()
        compacted = disk.send("POST", "/compact")
        assert compacted.status_code == 200, compacted.text
        assert disk.free() >= min(before, 1 << 20), "compaction filled the disk"
    serves(disk, acknowledged)

    # Somebody else takes what is left.
    disk.fill("rest")
    assert disk.upsert(9000).status_code == 507
    assert disk.send("POST", "/compact").status_code in (200, 507)
    serves(disk, acknowledged)
    deleted = acknowledged.pop(0)
    gone = disk.send("POST", "/collections/c/points/delete?wait=true",
                     {"points": list(range(deleted * POINTS, (deleted + 1) * POINTS))})
    assert gone.status_code == 200, gone.text
    assert disk.batches().get(deleted, 0) == 0
    assert "kindred_disk_free_bytes" in disk.send("GET", "/metrics").text

    # Room returns; nobody tells the daemon.
    disk.run("rm", f"{disk.directory}/rest", f"{disk.directory}/other")
    upsert_when_there_is_room(disk, 9001)
    acknowledged.append(9001)
    serves(disk, acknowledged)
    assert disk.stop() == 0
    disk.start()
    serves(disk, acknowledged)
    assert disk.batches().get(deleted, 0) == 0


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_daemon_starts_on_a_full_disk(disk, how):
    acknowledged, _ = upsert_until_refused(disk)
    disk.fill("rest")
    code = disk.stop(how)
    if how == signal.SIGTERM:
        # What could not be flushed is in the log.
        assert code == 0, disk.log
        assert "nothing acknowledged is lost" in disk.log
    disk.fill("rest2")
    disk.start()
    serves(disk, acknowledged)
    assert disk.upsert(9000).status_code == 507
    # An orderly stop gives the room reserved for deletions back, and somebody else has taken it.
    assert delete(disk, acknowledged[0]) in ([200] if how == signal.SIGKILL else [200, 507])
    disk.run("rm", f"{disk.directory}/rest", f"{disk.directory}/rest2")
    half = len(acknowledged) // 2
    assert all(delete(disk, batch) == 200 for batch in acknowledged[:half])
    acknowledged = acknowledged[half:]
    assert disk.send("POST", "/compact").status_code == 200
    upsert_when_there_is_room(disk, 9001)
    serves(disk, [*acknowledged, 9001])
