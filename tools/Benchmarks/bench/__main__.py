"""tools/bench: see its usage."""

import argparse
import contextlib
import os
import pathlib
import shutil
import sys
import tempfile
import time

from . import daemon, data, engines, machine
from .oracle import Oracle
from .report import Report, median, percentile99

AGE = {"key": "age", "from": 25, "to": 25}
FIVE_PERCENT = {"key": "part", "from": 0, "to": 49}
ONE_IN_A_THOUSAND = {"key": "part", "from": 7, "to": 7}


class Wrong(Exception):
    """An answer that is not the oracle's."""


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder = options, pathlib.Path(folder)
        self.report = Report()
        self.bandwidth = machine.memory_bandwidth()
        self.write_bandwidth = machine.write_bandwidth(folder)
        try:
            import qdrant_edge  # noqa: F401

            self.has_edge = True
        except ImportError:
            self.has_edge = False
            self.report.notes.append("**Qdrant Edge is missing**: it could not be installed.")

    def movielens(self):
        folder = os.environ.get("MOVIELENS_DIR")
        if folder is None and pathlib.Path("../shared/movielens").is_dir():
            folder = "../shared/movielens"
        if folder is None:
            self.report.notes.append("MovieLens is not at hand: a synthetic set of its shape.")
            return data.synthetic_movielens()
        path = pathlib.Path(folder)
        return data.read_movielens(path / "ml-1m" if (path / "ml-1m").is_dir() else path)

    # The two engines on one set of points.

    def compare(self, label, points, queries, filters, goals):
        """Loads both engines, times every query on them by turns, and opens them again."""
        path = self.folder / "points"
        points.write(path)
        ours, theirs = self.folder / "kindred", self.folder / "edge"
        shutil.rmtree(ours, ignore_errors=True)
        kindred = engines.Kindred(self.options.worker)
        edge = engines.QdrantEdge(theirs) if self.has_edge else None
        try:
            loaded = kindred.ask("load", path=str(path), directory=str(ours))
            edge_seconds = edge.load(points) if edge else None
            if self.wants("load") or label.startswith("text"):
                self.loaded(label, points, loaded, edge_seconds, ours, theirs)
            oracle = Oracle(points)
            for name, query in queries.items():
                for filter_name, filter in filters.items():
                    self.search(
                        f"search, {name}{filter_name}, {label}", points, oracle, kindred, edge, query,
                        filter, goals.get(name if not filter else "filter"))
            name, query = next(iter(queries.items()))
            edge_time = self.search(
                f"search with vectors, {name}, {label}", points, oracle, kindred, edge, query, None,
                goals.get("vectors"), vectors=True)
            if not label.startswith("text"):
                self.recommend(label, oracle, kindred, query, edge_time, goals.get("vectors"))
            self.reopen(label, kindred, edge, query, ours, goals.get("open"))
            if not label.startswith("text") and self.wants("load"):
                self.under_load(label, kindred, query, path)
        finally:
            kindred.close()
            if edge:
                edge.close()

    def loaded(self, label, points, loaded, edge_seconds, ours, theirs):
        report, is_text = self.report, label.startswith("text")
        report.add(f"points in memory → durable, compacted, {label}", loaded["seconds"],
                   edge_seconds, "s", goal=None if is_text else 1 / 10,
                   bound=loaded["written"] / self.write_bandwidth)
        size = engines.bytes_on_disk(ours) / points.postings
        peer = engines.bytes_on_disk(theirs) / points.postings if self.has_edge else None
        report.add(f"disk, {label}", size, peer, "B/posting", goal=1 / 3 if is_text else None)
        if not is_text:
            report.add(f"disk, {label} (goal by itself)", size, None, "B/posting", goal=2.5)
        report.add(f"written to disk per byte kept, {label}",
                   loaded["written"] / engines.bytes_on_disk(ours), None, "")
        peer = engines.peak_resident() / 1e6 if self.has_edge else None
        report.add(
            f"peak memory, ours anonymous, theirs resident, {label}", loaded["peakAnonymous"] / 1e6,
            peer, "MB", goal=None if is_text else 1 / 10)
        report.add(
            f"peak memory, resident in total (ours with mapped files), {label}",
            loaded["resident"] / 1e6, peer, "MB")

    def search(self, name, points, oracle, kindred, edge, query, filter, goal, vectors=False):
        """Times a query by turns; returns the peer's median."""
        mask = None
        if filter:
            column = points.column(filter["key"])
            mask = (column >= filter["from"]) & (column <= filter["to"])
        wanted = oracle.search(query, 20, mask)
        runs = max(3, min(100, 2_000_000 // points.count))
        times, edge_times, scipy_times = [], [], []
        for _ in range(self.options.rounds):
            answer = kindred.search(query, runs, filter, vectors)
            if (answer["ids"], answer["scores"]) != wanted:
                raise Wrong(f"{name}: {answer['ids']} instead of {wanted[0]}")
            times += answer["times"]
            if edge:
                edge_times += edge.search(query, max(2, runs // 4), filter, vectors)["times"]
            if not vectors:
                start = time.perf_counter()
                oracle.quick_search(query, 20, mask)
                scipy_times.append((time.perf_counter() - start) * 1e6)
        bound = self.bound(oracle, query)
        peer = median(edge_times) if edge_times else None
        self.report.add(name, median(times), peer, goal=goal, p99=percentile99(times), bound=bound)
        if scipy_times and not filter:
            self.report.add(f"{name}, beside scipy", median(times), median(scipy_times))
        return peer

    def bound(self, oracle, query):
        """Microseconds to read the query's posting lists."""
        return machine.list_bytes(oracle, query) / self.bandwidth * 1e6

    def recommend(self, label, oracle, kindred, query, edge_time, goal):
        wanted = oracle.recommend(query)
        times = []
        for _ in range(self.options.rounds):
            answer = kindred.search(query, 30, op="recommend")
            if (answer["ids"], answer["scores"]) != wanted:
                raise Wrong(f"recommendation, {label}: {answer['ids']} instead of {wanted[0]}")
            times += answer["times"]
        self.report.add(
            f"whole recommendation, theirs search with vectors, {label}", median(times), edge_time,
            goal=goal, p99=percentile99(times), bound=self.bound(oracle, query))

    def reopen(self, label, kindred, edge, query, folder, goal):
        times, edge_times = [], []
        for _ in range(5):
            kindred.ask("close")
            answer = kindred.ask(
                "open", directory=str(folder), indices=list(query), values=list(query.values()))
            times.append(answer["seconds"] * 1e3)
            if edge:
                edge.close()
                edge_times.append(edge.open(query) * 1e3)
        self.report.add(
            f"open and first query, {label}", median(times),
            median(edge_times) if edge_times else None, "ms", goal=goal,
            bound=engines.bytes_on_disk(folder) / self.bandwidth * 1e3)

    def under_load(self, label, kindred, query, path):
        idle = kindred.search(query, 3000)["times"]
        busy = kindred.search(query, 1, op="searchDuringLoad", path=str(path))["times"]
        self.report.add(
            f"search p99 during load and compaction, beside its idle p99, {label}",
            percentile99(busy), percentile99(idle), goal=3)

    # What is measured.

    def wants(self, part):
        return not self.options.only or part in self.options.only

    def run(self):
        if self.wants("search") or self.wants("load"):
            base = self.movielens()
            hundred = next(
                row for row in range(base.count) if base.starts[row + 1] - base.starts[row] >= 100)
            dimensions, weights = base.row(hundred)
            queries = {
                "signed": {movie: float(like) for movie, like in data.MY_RATINGS.items()},
                "positive": {movie: 1.0 for movie in data.MY_RATINGS},
                "100 dimensions": dict(
                    zip(dimensions[:100].tolist(), map(float, weights[:100]))),
            }
            filters = {"": None, ", 35 %": AGE, ", 5 %": FIVE_PERCENT, ", 0.1 %": ONE_IN_A_THOUSAND}
            for count in self.options.copies:
                goals = {
                    "signed": 1 / 10, "filter": 1 / 50 if count == 1 else 1 / 20,
                    "vectors": 1 / 10, "open": 1 / 30 if count >= 33 else None,
                }
                self.compare(f"{count}×", data.copies(base, count), queries, filters, goals)
        if self.wants("text"):
            queries = {f"query {seed}": data.text_query(seed) for seed in range(3)}
            goals = {name: 1 / 5 for name in queries}
            self.compare(
                f"text-like, {self.options.text:,} points", data.text_like(self.options.text),
                queries, {"": None, ", 5 %": FIVE_PERCENT}, goals)
        if self.wants("daemon"):
            daemon.measure(self.report, self.options, self.folder, self.bandwidth)
        self.report.notes.append(
            f"Memory bandwidth of one core {self.bandwidth / 1e9:.1f} GB/s, of the disk when synced "
            f"{self.write_bandwidth / 1e9:.2f} GB/s; fdatasync of 4 KiB "
            f"{machine.sync_seconds(self.folder) * 1e3:.2f} ms. The bound of a search is the bytes of "
            "its posting lists, of opening those of all files (their checksums are compared), of JSON "
            "those of the bodies, at the bandwidth of memory; of loading, the bytes written at that "
            "of the disk.")


def main():
    parser = argparse.ArgumentParser(prog="tools/bench")
    numbers = lambda text: [int(number) for number in text.split(",")]
    parser.add_argument("--copies", type=numbers, default=[1, 3, 10, 33, 100])
    parser.add_argument("--text", type=int, default=1_000_000, help="points of the text-like set")
    parser.add_argument("--only", type=lambda text: text.split(","), default=[])
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--worker", required=True)
    parser.add_argument("--kindred", required=True)
    options = parser.parse_args()
    unknown = set(options.only) - {"search", "load", "text", "daemon"}
    if unknown:
        parser.error(f"--only: no such part: {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory(prefix="kindred-bench-") as folder:
        bench = Bench(options, folder)
        try:
            bench.run()
        except Wrong as error:
            print(f"wrong answer: {error}", file=sys.stderr)
            return 1
        finally:
            print("\n" + bench.report.markdown())
            if options.json:
                bench.report.write_json(options.json)
    return 0


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
