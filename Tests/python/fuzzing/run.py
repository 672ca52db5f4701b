"""A run: requests one after the other at one daemon, which is restarted now and then."""

import collections
import pathlib
import random
import shutil
import signal
import subprocess
import time

from . import fields, judge, points, shrink
from .companion import Companion
from .daemon import Daemon, DoesNotStart, where_it_fell
from .judge import Fault, Reader, difference
from .requests import Maker
from .text import decode, encode

# The store that a run begins with, and how often it is looked at.
POINT_COUNT = 40
REQUESTS_BETWEEN_RESTARTS = 150
MEMORY_KILOBYTES = 1 << 20


class Run:
    """Invariant: `daemon` runs, on a directory in `folder`."""

    def __init__(self, binary, folder, seed, slack=1.0, say=print, only="", clients=1):
        self.binary, self.folder, self.seed = binary, pathlib.Path(folder), seed
        self.folder.mkdir(parents=True, exist_ok=True)
        self.slack, self.say, self.only = slack, say, only
        self.random = random.Random(seed)
        self.faults = {}
        self.counts = collections.Counter()
        self.recent = collections.deque(maxlen=8)
        self.directories = 0
        self.restarts = 0
        self.companions = [Companion(self, number) for number in range(1, clients)]
        self.begin()
        for companion in self.companions:
            companion.start()
        self.go_on()

    def begin(self):
        """A new store."""
        self.directories += 1
        directory = self.folder / f"store-{self.directories}"
        # Small, so that flushes and compactions come on their own.
        self.daemon = Daemon(
            self.binary,
            directory,
            memtable_bytes=1 << 20,
            log_bytes=2 << 20,
            compaction_interval_seconds=1,
        )
        self.reader = Reader(self.daemon)
        document = decode(self.daemon.send("GET", "/openapi.json")[1])
        self.maker = Maker(self.random, document, self.only)
        self.prepare()

    # MARK: The store

    def prepare(self):
        """Puts back what requests need to get anywhere."""
        names = set(self.reader.names())
        for name in names - set(fields.NAMES):
            if self.random.random() < 0.5 or len(names) > 20:
                self.put("DELETE", f"/collections/{judge.urllib.parse.quote(name, safe='')}")
        for name in dict.fromkeys(fields.NAMES):
            path = f"/collections/{judge.urllib.parse.quote(name)}"
            plain = name == fields.PLAIN
            if name not in names:
                self.put("PUT", path, fields.PLAIN_CONFIGURATION if plain else fields.CONFIGURATION)
                for field, kind in fields.INDEXES.items():
                    self.put("PUT", path + "/index", {"field_name": field, "field_schema": kind})
            self.put("PATCH", path, {"strict_mode_config": {"enabled": False}})
        count = self.reader.result("POST", f"/collections/{fields.MAIN}/points/count", {})["count"]
        if count < POINT_COUNT / 2:
            for _ in range(POINT_COUNT):
                self.put(
                    "PUT",
                    f"/collections/{fields.MAIN}/points",
                    {"points": [points.point(self.random)]},
                )
        self.remember_snapshots()

    def put(self, method, path, body=None):
        """Refusals are for the requests of the run to judge: some of these are extreme themselves."""
        return self.daemon.send(
            method,
            path,
            None if body is None else encode(body),
            {"Content-Type": "application/json"},
        )

    def remember_snapshots(self):
        path = f"/collections/{fields.MAIN}/snapshots"
        known = [s["name"] for s in self.reader.result("GET", path)]
        while len(known) > 3:
            self.put("DELETE", f"{path}/{known.pop()}")
        for full in self.reader.result("GET", "/snapshots")[2:]:
            self.put("DELETE", f"/snapshots/{full['name']}")
        if not known or not self.maker.snapshot:
            known.append(self.reader.result("POST", path)["name"])
            self.maker.snapshot = self.daemon.send("GET", f"{path}/{known[-1]}")[1]
        self.maker.snapshots = known

    # MARK: Requests

    def until(self, deadline=None, count=None):
        done = 0
        while (deadline is None or time.monotonic() < deadline) and (count is None or done < count):
            self.one()
            done += 1
            if done % REQUESTS_BETWEEN_RESTARTS == 0:
                self.look()
        self.look()
        return self

    def look(self):
        """Restarts the daemon, and compares."""
        self.pause()
        self.guarded(None, self.restart)
        self.go_on()

    def pause(self):
        for companion in self.companions:
            companion.pause()
            while companion.found:
                request, fault = companion.found.pop()
                self.note(request, fault.kind, fault.detail)

    def go_on(self):
        for companion in self.companions:
            companion.may_go.set()

    def one(self):
        request = self.maker.request()
        self.recent.append(request)
        self.guarded(request, lambda: self.check(request))

    def guarded(self, request, work):
        """Does something, and notes the fault that it comes to."""
        try:
            work()
        except Fault as fault:
            self.note(request, fault.kind, fault.detail)
            if "restart" in fault.kind or "check" in fault.kind:
                self.leave()
        except DoesNotStart as error:
            self.note(request, "the daemon does not start", str(error)[-3000:])
            self.leave()
        except OSError as error:
            self.fell(request, error)

    def check(self, request):
        changes = request.changes
        before = self.reader.sequence_number() if changes else 0
        begin = time.monotonic()
        status, data = self.daemon.send(request.method, request.path, request.data, request.headers)
        seconds = time.monotonic() - begin
        self.counts[f"{request.method} {request.endpoint}", status // 100] += 1
        document = judge.answer(request, status, data, seconds, self.slack)
        if changes and 400 <= status < 500 and is_atomic(request):
            after = self.reader.sequence_number()
            if after != before:
                raise Fault(
                    f"{request.method} {request.endpoint}: {status}, and it changed something",
                    f"{before} became {after}: {data[:500]!r}",
                )
        if status == 202:
            # It goes on behind the answer, and takes numbers that are not the next request's.
            time.sleep(0.3)
        if status == 200 and request.method == "PUT" and "/item-model/" in request.endpoint:
            self.await_training(request)
        if changes and status == 200:
            judge.written(self.reader, request, document)

    def await_training(self, request):
        """Goes on once the model is there or has failed: what it writes is not the next request's."""
        deadline = time.monotonic() + 60
        path = request.path.split("?")[0]
        while time.monotonic() < deadline:
            status, data = self.daemon.send("GET", path)
            if status != 200 or decode(data)["result"]["state"] not in ("training", "publishing"):
                return
            time.sleep(0.05)
        raise Fault("an item model is trained for more than a minute", path)

    # MARK: Restarts

    def restart(self):
        """Stops the daemon one way or the other; nothing may have changed when it is back."""
        self.restarts += 1
        memory = self.daemon.memory("RssAnon")
        if memory > MEMORY_KILOBYTES:
            self.note(None, "the daemon has grown", f"{memory} kB in {self.restarts} restarts")
        self.guarded(None, self.compare_filters)
        before = self.reader.contents()
        reads = self.reads()
        if self.random.random() < 0.5:
            self.put("POST", self.random.choice(["/flush", "/compact"]))
        if self.random.random() < 0.2:
            self.back_up()
        how = signal.SIGTERM if self.restarts % 2 else signal.SIGKILL
        code, seconds = self.daemon.stop(how)
        if how == signal.SIGTERM and (code != 0 or seconds > 10 + self.slack):
            raise Fault(
                "restart: SIGTERM",
                f"exit code {code} after {seconds:.1f} s\n{self.daemon.log()[-2000:]}",
            )
        self.command(
            f"check after {how.name}",
            "check",
            "--data-dir",
            self.daemon.directory,
            allowed=(0,) if how == signal.SIGTERM else (0, 1),
        )
        if self.random.random() < 0.2:
            self.command(
                "repair after a restart",
                "repair",
                "--data-dir",
                self.daemon.directory,
                "--output",
                self.fresh("repaired"),
            )
        self.daemon.start()
        if found := difference(before, self.reader.contents()):
            raise Fault(f"restart: other contents after {how.name}", found)
        for request, document in reads:
            again = decode(
                self.daemon.send(request.method, request.path, request.data, request.headers)[1]
            )
            if found := difference(document, again.get("result")):
                raise Fault(
                    f"restart: {request.method} {request.endpoint} answers otherwise after {how.name}",
                    f"{request.data!r:.2000}\n{found}",
                )
        self.prepare()

    def back_up(self):
        """A backup of the running daemon can be restored."""
        backup = self.fresh("backup")
        self.command(
            "restart: backup", "backup", "--data-dir", self.daemon.directory, "--output", backup
        )
        self.command("restart: restore", "restore", backup, "--data-dir", self.fresh("restored"))

    def fresh(self, name):
        """A path in the run's folder where nothing is."""
        path = self.folder / name
        shutil.rmtree(path, ignore_errors=True)
        return str(path)

    def command(self, what, *arguments, allowed=(0,)):
        outcome = subprocess.run([self.binary, *arguments], capture_output=True, text=True)
        if outcome.returncode not in allowed:
            raise Fault(f"{what}: exit code {outcome.returncode}", outcome.stdout + outcome.stderr)

    def compare_filters(self):
        if fields.MAIN in self.reader.names():
            judge.compare_filters(self.random, self.reader, fields.MAIN)

    def reads(self):
        """A few reads with their answers, which are the same wherever the points lie."""
        found = []
        before = self.reader.sequence_number()
        for _ in range(60):
            request = self.maker.request()
            self.recent.append(request)
            text = request.data or b""
            if (
                request.changes
                or not request.endpoint.startswith("/collections/{collection}/")
                or b"sample" in text
                # A sample may hide in it.
                or "Content-Encoding" in (request.headers or {})
                or "matrix" in request.endpoint
                # The seconds of a training that this run of the daemon made.
                or "item-model" in request.endpoint
                or request.endpoint.rsplit("/", 1)[1]
                in ("optimizations", "cluster", "snapshots", "{snapshot}")
            ):
                continue
            status, data = self.daemon.send(
                request.method, request.path, request.data, request.headers
            )
            if status == 200:
                found.append((request, decode(data)["result"]))
        if (after := self.reader.sequence_number()) != before:
            raise Fault("restart: a read changed something", f"{before} became {after}")
        return found

    # MARK: Faults

    def fell(self, request, error):
        """No answer came."""
        self.pause()
        log = self.daemon.log()
        try:
            self.daemon.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.note(
                request, f"{request and request.endpoint}: no answer", f"{error}\n{log[-2000:]}"
            )
            self.daemon.stop(signal.SIGKILL)
        else:
            log = self.daemon.log()
            self.note(request, f"the daemon fell: {where_it_fell(log)}", log[-6000:], crash=True)
        try:
            self.daemon.start()
            self.prepare()
        except (Fault, DoesNotStart, OSError) as error:
            self.note(request, "the daemon does not come back", str(error)[-3000:])
            self.leave()
        self.go_on()

    def note(self, request, kind, detail, crash=False):
        if kind in self.faults:
            self.counts["faults seen again", 0] += 1
            return
        file = self.folder / f"fault-{len(self.faults) + 1}.body"
        if request is not None and request.data is not None:
            if crash:
                request = shrink.shrunk(self, request)
            file.write_bytes(request.data)
        command = (
            request.curl("http://localhost:6333", file if len(request.data or b"") > 2000 else None)
            if request is not None
            else "(found between requests)"
        )
        before = "\n".join(
            r.curl("", "…" if len(r.data or b"") > 300 else None) for r in self.recent
        )
        text = (
            f"seed {self.seed}: {kind}\n{command}\n{detail}\n-- the requests before it:\n{before}\n"
        )
        self.faults[kind] = text
        file.with_suffix(".txt").write_text(text, errors="backslashreplace")
        self.say(
            f"== fault {len(self.faults)}: {kind}\n{command[:1500]}\n{detail[:1500]}", flush=True
        )

    def leave(self):
        """The directory stays for whoever looks into it."""
        self.daemon.close()
        self.begin()

    def close(self):
        for companion in self.companions:
            companion.ending.set()
            companion.join()
        self.daemon.close()
        if not self.faults:
            shutil.rmtree(self.folder, ignore_errors=True)

    def summary(self):
        requests = sum(n for (name, _), n in self.counts.items() if " /" in name)
        accepted = sum(n for (_, hundreds), n in self.counts.items() if hundreds == 2)
        endpoints = {name for (name, hundreds) in self.counts if hundreds == 2}
        return (
            f"seed {self.seed}: {requests} requests, {accepted} accepted at {len(endpoints)} endpoints, "
            f"{self.restarts} restarts, {len(self.faults)} kinds of faults"
        )


def is_atomic(request):
    """A list of operations is not, and a recovery takes numbers for its preparations."""
    return not request.endpoint.endswith(
        ("/points/batch", "/upload", "/recover", "/compact", "/flush")
    )
