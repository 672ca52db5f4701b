"""How much memory the daemon takes for bodies of every shape.

`python -m fuzzing.memory` measures all of `shapes` at several sizes and prints a table.
"""

import argparse
import gzip
import json
import os
import shutil
import tempfile
import time

from .daemon import Daemon, where_it_fell
from .shapes import POINTS, SHAPES, C
from .text import encode

MEGABYTE = 1 << 20
# No request raises the daemon by more than this, or by ten times its body.
ALLOWED = 256 * MEGABYTE
# Threads' stacks, pages of segment files, what a store of points in memory grows by.
SLACK = 32 * MEGABYTE


class Meter:
    """A daemon with a store of a moderate size, fresh for each request."""

    def __init__(self, binary, folder, **settings):
        self.binary, self.folder, self.settings = binary, folder, settings
        self.original = os.path.join(folder, "original")
        daemon = Daemon(binary, self.original)
        try:
            fill(daemon)
        finally:
            daemon.stop()

    def measure(self, name, size, compressed=False, timeout=60, settled=False):
        """The body's bytes, what the daemon grew by at most, the status, the seconds.

        settled: whether what the request leaves to do counts too, flush and compaction."""
        (method, path), make = SHAPES[name]
        path += ("&" if "?" in path else "?") + f"timeout={timeout}"
        data = make(size)
        headers = {"Content-Type": "application/json"}
        if compressed:
            headers["Content-Encoding"] = "gzip"
            data = gzip.compress(data, 6)
        directory = os.path.join(self.folder, "copy")
        shutil.rmtree(directory, ignore_errors=True)
        shutil.copytree(self.original, directory, ignore=shutil.ignore_patterns("*.sock"))
        daemon = Daemon(self.binary, directory, **self.settings)
        try:
            # Once, so that what is made at the first request is there.
            daemon.send(
                "POST",
                f"{C}/points/scroll",
                b'{"limit":10,"with_vector":true}',
                headers={"Content-Type": "application/json"},
            )
            before = daemon.memory("VmRSS")
            with open(f"/proc/{daemon.process.pid}/clear_refs", "w") as clear:
                clear.write("5")
            begin = time.monotonic()
            try:
                status, answer = daemon.send(method, path, data, headers, timeout=100)
            except OSError as error:
                status, answer = 0, str(error).encode()
            seconds = time.monotonic() - begin
            for path in ("/flush", "/compact") if settled and daemon.lives else ():
                done, reason = daemon.send("POST", path, timeout=100)
                assert done == 200, reason
            if not daemon.lives:
                raise AssertionError(
                    f"{name} of {size} bytes felled the daemon: {where_it_fell(daemon.log())}"
                )
            growth = (daemon.memory("VmHWM") - before) * 1024
            self.answer = answer
            return len(data), growth, status, seconds
        finally:
            daemon.close()


def allowed(byte_count):
    return max(ALLOWED, 10 * byte_count) + SLACK


def fill(daemon):
    """4,096 points with payloads of about a kilobyte and vectors of each kind."""
    json_type = {"Content-Type": "application/json"}

    def send(method, path, body):
        status, answer = daemon.send(method, path, encode(body), json_type)
        assert status == 200, answer

    send(
        "PUT",
        C,
        {
            "vectors": {
                "d": {"size": 2, "distance": "Dot"},
                "m": {
                    "size": 2,
                    "distance": "Dot",
                    "multivector_config": {"comparator": "max_sim"},
                },
            },
            "sparse_vectors": {"s": {}, "i": {"modifier": "idf"}},
        },
    )
    for field, kind in {
        "n": "integer",
        "k": "keyword",
        "t": {"type": "text", "scoring": True},
    }.items():
        send("PUT", f"{C}/index", {"field_name": field, "field_schema": kind})
    for start in range(0, POINTS, 512):
        send(
            "PUT",
            f"{C}/points?wait=true",
            {"points": [point(id) for id in range(start, start + 512)]},
        )
    send("POST", "/flush", None)


def point(id):
    indices = [1] + list(range(id, id + 64))
    return {
        "id": id,
        "vector": {
            "d": [id, 1],
            "m": [[id, 1], [1, id]],
            "s": {"indices": sorted(set(indices)), "values": [1] * len(set(indices))},
            "i": {"indices": [1, id + 2], "values": [1, 0.5]},
        },
        "payload": {
            "n": id,
            "k": f"k{id % 100}",
            "t": f"a b w{id} " * 60,
            "g": {"lon": 1, "lat": 1},
            "tags": [f"t{id}-{i}" for i in range(20)],
        },
    }


def main():
    parser = argparse.ArgumentParser(prog="fuzzing.memory", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--sizes", default="10000,100000,1000000,33000000", help="bytes of the bodies"
    )
    parser.add_argument("--only", default="", help="shapes whose names have this in them")
    parser.add_argument("--timeout", type=int, default=60, help="seconds that a read may take")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="kindred-shapes-")
    worst, failures = (0, ""), 0
    try:
        meter = Meter(os.environ["KINDRED"], folder)
        for name in SHAPES:
            if options.only not in name:
                continue
            for size in map(int, options.sizes.split(",")):
                try:
                    count, growth, status, seconds = meter.measure(
                        name, size, timeout=options.timeout
                    )
                except AssertionError as error:
                    print(f"FELL  {error}", flush=True)
                    failures += 1
                    continue
                bad = growth > allowed(count)
                failures += bad
                worst = max(
                    worst,
                    (
                        growth / max(ALLOWED, 10 * count),
                        f"{name}, {count} bytes: {growth >> 20} MiB",
                    ),
                )
                if options.json:
                    print(
                        json.dumps(
                            {
                                "shape": name,
                                "bytes": count,
                                "growth": growth,
                                "status": status,
                                "seconds": round(seconds, 3),
                            }
                        ),
                        flush=True,
                    )
                else:
                    print(
                        f"{'OVER' if bad else 'ok':4} {name:40} {count:>10} B {growth >> 20:>6} MiB  "
                        f"{status} {seconds:8.2f} s",
                        flush=True,
                    )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"the worst, as a part of what is allowed: {worst[0]:.2f} ({worst[1]})")
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
