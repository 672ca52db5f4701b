"""tools/bench: see its usage. Each part is a function here, the work in the file it names."""

import argparse
import contextlib
import pathlib
import platform
import signal
import sys
import tempfile

from . import daemon, data, debian, doors, goals, machine, peers, quality, queries, worker
from .comparison import Comparison, Wrong
from .report import Report


class Bench:
    """What all parts share: options, a folder, the report and what the hardware allows."""

    def __init__(self, options, folder):
        self.options, self.folder = options, pathlib.Path(folder)
        self.report = Report()
        self.quiet = machine.Quiet()
        self.bandwidth = machine.memory_bandwidth()
        self.write_bandwidth = machine.write_bandwidth(folder)
        self._missing = set()
        client = worker.Kindred(options.worker)
        self.report.machine = {
            "Processor": machine.processor(),
            "Kernels that ran": client.ask("instructions")["instructions"],
            "System": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        }
        client.close()

    def missing(self, name, why):
        """Says once that something does not take part."""
        if name not in self._missing:
            self._missing.add(name)
            self.report.notes.append(f"**{name} is missing**: {why}.")
            print(f"{name} is missing: {why}", file=sys.stderr, flush=True)

    def without_movielens(self):
        self.missing("MovieLens", "a made-up set of its shape stands for it")

    def wants(self, part):
        return not self.options.only or part in self.options.only

    def run(self):
        for name, part in PARTS.items():
            # Searching and loading are of the same stores.
            if self.wants(name) and not (name == "load" and self.wants("search")):
                self.quiet.sample()
                part(self)
        self.quiet.sample()

    def finish(self):
        report = self.report
        warning = self.quiet.warning()
        if warning:
            report.warnings.append(warning)
            print(warning, file=sys.stderr)
        report.machine["Others"] = self.quiet.summary().rstrip(".")
        if any(figure["bound"] for figure in report.figures):
            report.notes.append(
                f"Memory bandwidth of one core {self.bandwidth / 1e9:.1f} GB/s, of the disk when synced "
                f"{self.write_bandwidth / 1e9:.2f} GB/s; fdatasync of 4 KiB "
                f"{machine.sync_seconds(self.folder) * 1e3:.2f} ms. The bound of a search is the bytes "
                "of its posting lists, of JSON those of the bodies, at the bandwidth of memory; of loading, "
                "the bytes written at that of the disk.")


def movielens(bench):
    """Parts `search` and `load`: ML-1M and noisy copies of it."""
    folder = data.movielens_folder()
    if folder is None:
        bench.without_movielens()
        base = data.synthetic_movielens()
    else:
        base = data.read_movielens(folder)
    for count in bench.options.copies:
        points = data.copies(base, count)
        comparison = Comparison(
            bench, f"{count}×", points, ["Qdrant Edge", "Qdrant Edge, payload indexes", "scipy"])
        try:
            if bench.wants("load"):
                comparison.loading({
                    "load": goals.ratio(goals.at(goals.LOADING, count)),
                    "own disk": goals.at(goals.DISK, count),
                    "memory": goals.ratio(goals.at(goals.LOADING_MEMORY, count))})
            sets = queries.notebook_queries()
            own = sets["notebook, signed"][0]
            if bench.wants("search"):
                _search_movielens(comparison, points, sets, own, count)
            if bench.wants("load"):
                comparison.under_load(own)
        finally:
            comparison.close()


def _search_movielens(comparison, points, sets, own, count):
    sets["11 dimensions of random users"] = queries.user_queries(points, 11)
    sets["100 dimensions of random users"] = queries.user_queries(points, 100)
    sets["whole vectors of random users"] = queries.user_queries(points, None)
    goal = lambda pair: goals.ratio(goals.at(pair, count))
    for name, asked in sets.items():
        if not asked:
            continue
        comparison.search(name, asked, goal=goal(goals.SEARCH[name]))
        for filter_name, filter in queries.FILTERS.items():
            comparison.search(
                name, asked, filter_name, filter,
                goal=goal(goals.FILTERED[filter_name]) if name.startswith("notebook") else None)
    peer = comparison.search("notebook, signed", [own], vectors=True, goal=goal(goals.WITH_VECTORS))
    comparison.recommend(own, peer, goal=goal(goals.RECOMMENDATION))
    comparison.reopen(own, goal=goal(goals.FIRST_QUERY))


def text(bench):
    """Part `text`: a set of SPLADE's shape, and descriptions of Debian's packages."""
    made_up = {"30 words": [queries.text_query(seed) for seed in range(100)]}
    _search_text(bench, f"text-like, {bench.options.text:,} points",
                 data.text_like(bench.options.text), made_up, goals.ratio(goals.TEXT_DISK))
    try:
        packages = debian.Collection(debian.read_descriptions(bench.options.apt_lists))
    except debian.Missing as problem:
        bench.missing("real text", str(problem))
        return
    real = {"short descriptions": packages.short_queries(),
            "30 rarest words": packages.long_queries()}
    _search_text(bench, f"Debian's descriptions, {packages.points.count:,} points", packages.points,
                 {name: asked for name, asked in real.items() if asked})


def _search_text(bench, label, points, sets, disk_goal=None):
    comparison = Comparison(bench, label, points, list(peers.PEERS))
    try:
        comparison.loading({"disk": disk_goal})
        for name, asked in sets.items():
            comparison.search(name, asked, goal=goals.ratio(goals.TEXT[name]))
            comparison.search(name, asked, ", 5 %", queries.FIVE_PERCENT)
        first = next(iter(sets.values()), None)
        if first:
            comparison.search("one query", first[:1], vectors=True)
            comparison.reopen(first[0])
    finally:
        comparison.close()


def daemon_figures(bench):
    """Part `daemon`: what loading through it takes."""
    daemon.measure(bench.report, bench.options, bench.folder, bench.bandwidth)


PARTS = {
    "search": movielens, "load": movielens, "text": text, "daemon": daemon_figures,
    "doors": doors.measure, "quality": quality.measure,
}


def main():
    parser = argparse.ArgumentParser(prog="tools/bench")
    parser.add_argument("--copies", type=_counts, default=[1, 3, 10, 33, 100], help="of ML-1M")
    parser.add_argument("--text", type=_count, default=1_000_000, help="points of the text-like set")
    parser.add_argument("--apt-lists", default="/var/lib/apt/lists", metavar="FOLDER")
    parser.add_argument("--only", type=lambda text: text.split(","), default=[])
    parser.add_argument("--rounds", type=_count, default=10, help="of queries, by turns")
    parser.add_argument("--seconds", type=_count, default=2, help="of each load at a door")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--worker", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--kindred", required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    unknown = set(options.only) - set(PARTS)
    if unknown:
        parser.error(f"--only: no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    # Daemons and peers are stopped as on an interrupt.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="kindred-bench-") as folder:
        bench = Bench(options, folder)
        try:
            bench.run()
        except Wrong as error:
            print(f"wrong answer: {error}", file=sys.stderr)
            return 1
        finally:
            bench.finish()
            print("\n" + bench.report.markdown())
            if options.json:
                bench.report.write_json(options.json)
    return 0


def _count(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not a number from 1 on")
    return number


def _counts(text):
    return [_count(number) for number in text.split(",")]


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
    sys.exit(130)
