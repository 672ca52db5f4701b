"""Kindred's library beside the other engines on one set of points, by turns, every answer checked."""

import shutil

import numpy

from . import goals, machine, peers, worker
from .memory import PeakMemory
from .oracle import Oracle
from .report import Samples


class Wrong(Exception):
    """An answer that is not the oracle's."""


class Comparison:
    """Loads every engine with `points`; then `search`, `recommend` and the rest add figures.

    Engines that are exact and durable (Qdrant Edge without and with payload indexes) are one peer, of
    which the faster counts, figure by figure; the others have a figure each.
    """

    def __init__(self, bench, label, points, names):
        self.report, self.options, self.bench = bench.report, bench.options, bench
        self.label, self.points = label, points
        if self.NOTE not in self.report.notes:
            self.report.notes.append(self.NOTE)
        self.path = bench.folder / "points"
        points.write(self.path)
        self.ours = bench.folder / "kindred"
        shutil.rmtree(self.ours, ignore_errors=True)
        self.peers, self.peer_loads = [], {}
        self.kindred = worker.Kindred(self.options.worker)
        try:
            with PeakMemory(self.kindred.process) as self.peak:
                self.loaded = self.kindred.ask("load", path=str(self.path), directory=str(self.ours))
            for name in names:
                self._start(name)
            self.oracle = Oracle(points)
        except BaseException:
            self.close()
            raise

    def _start(self, name):
        folder = self.bench.folder / "peer" / name.replace(" ", "-").replace(",", "")
        shutil.rmtree(folder, ignore_errors=True)
        peer = None
        try:
            peer = peers.Peer(name, folder)
            with PeakMemory(peer.process) as peak:
                seconds = peer.ask("load", path=str(self.path))["seconds"]
        except peers.Missing as problem:
            self.bench.missing(name, str(problem))
            if peer:
                peer.close()
            return
        self.peers.append(peer)
        self.peer_loads[name] = (
            seconds, worker.bytes_on_disk(folder), peak.anonymous, peak.resident)

    def close(self):
        self.kindred.close()
        for peer in self.peers:
            peer.close()
        shutil.rmtree(self.bench.folder / "peer", ignore_errors=True)

    NOTE = ("Of a set of queries, best and median are medians over the queries. Qdrant Edge runs without "
            "and with payload indexes, and the faster of both counts, figure by figure.")

    def loading(self, goals=None):
        """Seconds, bytes on disk and memory of what loading took."""
        goals, report, label = goals or {}, self.report, self.label
        exact = {peer.name: self.peer_loads[peer.name]
                 for peer in self.peers if "durable" in peer.can}
        best = lambda part: min(
            ((load[part], name) for name, load in exact.items()), default=(None, None))
        seconds, name = best(0)
        report.add(f"points in memory → durable, compacted, {label}", self.loaded["seconds"], seconds,
                   "s", goal=goals.get("load"), peer_name=name,
                   bound=self.loaded["written"] / self.bench.write_bandwidth)
        size = worker.bytes_on_disk(self.ours)
        disk, name = best(1)
        report.add(f"disk, {label}", size / self.points.postings, disk and disk / self.points.postings,
                   "B/posting", goal=goals.get("disk"), peer_name=name)
        if goals.get("own disk"):
            report.add(f"disk, {label} (goal by itself)", size / self.points.postings, None,
                       "B/posting", goal=goals["own disk"])
        report.add(
            f"written to disk per byte kept, {label}", self.loaded["written"] / size, None, "")
        for part, what, ours, goal in [
                (2, "peak anonymous memory of loading", self.peak.anonymous, goals.get("memory")),
                (3, "the same with pages of mapped files", self.peak.resident, None)]:
            theirs, name = best(part)
            report.add(f"{what}, {label}", ours / 1e6, theirs and theirs / 1e6, "MB", goal=goal,
                       peer_name=name)
        for peer in self.peers:
            if "durable" not in peer.can:
                seconds = self.peer_loads[peer.name][0]
                report.add(f"points in memory → searchable, {label}", self.loaded["seconds"], seconds,
                           "s", peer_name=self._shown(peer))

    def search(self, name, queries, filter_name="", filter=None, goal=None, vectors=False):
        """Times a set of queries by turns; returns the exact peer's samples and name, or None."""
        name = f"{'search with vectors' if vectors else 'search'}, {name}{filter_name}, {self.label}"
        mask = None
        if filter:
            column = self.points.column(filter["key"])
            mask = (column >= filter["from"]) & (column <= filter["to"])
        wanted = [self.oracle.search(query, 20, mask) for query in queries]
        one = max(3, min(100, 2_000_000 // self.points.count))
        runs = max(1, one // len(queries)) if len(queries) > 1 else one
        able = [peer for peer in self.peers if (not filter or "filter" in peer.can)
                and (not vectors or "vectors" in peer.can)
                and ("negative" in peer.can or self.points.weights.min() > 0)]
        times = {"": [[] for _ in queries]} | {peer.name: [[] for _ in queries] for peer in able}
        agreement = {}
        for _ in range(self.options.rounds):
            found = self.kindred.search(queries, runs, filter, vectors)
            for number, (answer, right) in enumerate(zip(found, wanted)):
                if (answer["ids"], answer["scores"]) != right:
                    raise Wrong(f"{name}, query {number}: {answer['ids']} instead of {right[0]}")
                times[""][number] += answer["times"]
            for peer in list(able):
                slower = max(1, runs // 4)
                try:
                    found = peer.search(queries, slower, filter, vectors)
                except peers.Missing as problem:
                    self.bench.missing(peer.name, str(problem))
                    able.remove(peer)
                    del times[peer.name]
                    continue
                for number, answer in enumerate(found):
                    times[peer.name][number] += answer["times"]
                agreement[peer.name] = self._share_found(queries, found, wanted)
        ours = Samples(times.pop(""))
        bound = sum(self.bound(query) for query in queries) / len(queries)
        samples = {peer: Samples(sets) for peer, sets in times.items()}
        exact = {peer.name: samples[peer.name] for peer in able if "durable" in peer.can}
        fastest = min(exact, key=lambda peer: exact[peer].median, default=None)
        self.report.add(name, ours, exact.get(fastest), goal=goal, bound=bound, peer_name=fastest,
                        agreement=agreement.get(fastest))
        for peer in able:
            if "durable" not in peer.can:
                self.report.add(name, ours, samples[peer.name], peer_name=self._shown(peer),
                                agreement=agreement[peer.name])
        return (exact[fastest], fastest) if fastest else None

    def recommend(self, query, peer, goal=None):
        """The notebook's whole recommendation; `peer` is what `search` with vectors returned."""
        wanted, times = self.oracle.recommend(query), []
        for _ in range(self.options.rounds):
            answer = self.kindred.search([query], 30, op="recommend")[0]
            if (answer["ids"], answer["scores"]) != wanted:
                raise Wrong(f"recommendation, {self.label}: {answer['ids']} instead of {wanted[0]}")
            times += answer["times"]
        samples, name = peer or (None, None)
        self.report.add(
            f"whole recommendation, theirs search with vectors, {self.label}", Samples.of(times),
            samples, goal=goal, bound=self.bound(query), peer_name=name)

    def reopen(self, query, goal=None):
        times, alone, others = [], [], {peer: [] for peer in self.peers if "open" in peer.can}
        for _ in range(5):
            self.kindred.ask("close")
            answer = self.kindred.ask(
                "open", directory=str(self.ours), queries=worker.queries_as_json([query]))
            times.append(answer["seconds"] * 1e3)
            alone.append(answer["opening"] * 1e3)
            for peer in list(others):
                try:
                    answer = peer.ask("reopen", query=[list(query), list(query.values())])
                    others[peer].append(answer["seconds"] * 1e3)
                except peers.Missing as problem:
                    self.bench.missing(peer.name, str(problem))
                    del others[peer]
        samples = {peer.name: Samples.of(values) for peer, values in others.items()}
        fastest = min(samples, key=lambda name: samples[name].median, default=None)
        self.report.add(f"open, {self.label}", Samples.of(alone), None, "ms")
        self.report.add(
            f"open and first query, {self.label}", Samples.of(times), samples.get(fastest), "ms",
            goal=goal, peer_name=fastest)

    def under_load(self, query):
        """Searches while every point is written again and compacted. Changes the store."""
        idle = Samples.of(self.kindred.search([query], 3000)[0]["times"])
        busy = Samples.of(self.kindred.ask(
            "searchDuringLoad", queries=worker.queries_as_json([query]), runs=1,
            path=str(self.path))["times"])
        self.report.add(
            f"p99 of searches during load and compaction, {self.label}", busy.p99, idle.p99,
            goal=goals.UNDER_LOAD, peer_name="Kindred's own p99 when idle")

    def bound(self, query):
        """Microseconds to read the query's posting lists."""
        return machine.list_bytes(self.oracle, query) / self.bench.bandwidth * 1e6

    def _share_found(self, queries, found, wanted):
        """How many of the hits are as good as the exact ones: among equal scores any will do."""
        good = 0
        for query, answer, (ids, scores) in zip(queries, found, wanted):
            if ids:
                least = numpy.array(scores, numpy.uint32).view(numpy.float32).min()
                good += sum(self.oracle.score(query, id) >= least for id in set(answer["ids"][:len(ids)]))
        return good / max(1, sum(len(ids) for ids, _ in wanted))

    def _shown(self, peer):
        return f"{peer.name}, {peer.note}" if peer.note else peer.name
