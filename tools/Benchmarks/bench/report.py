"""Figures, the table that people read, and the file that programs read."""

import json
import platform
import statistics


def percentile99(times):
    return sorted(times)[min(len(times) - 1, len(times) * 99 // 100)]


class Samples:
    """Times (or rates) of one thing, or of each query of a set.

    Of a set, `best` and `median` are medians over the queries: of each query's best and of each
    query's median. `p99` is of all times.
    """

    def __init__(self, sets, more=False):
        """`sets`: a list of numbers for each query, none of them empty."""
        best = max if more else min
        self.best = statistics.median(best(times) for times in sets)
        self.median = statistics.median(statistics.median(times) for times in sets)
        self.p99 = None if more else percentile99([time for times in sets for time in times])

    @staticmethod
    def of(times, more=False):
        return Samples([list(times)], more)

    @staticmethod
    def single(value):
        samples = Samples([[value]])
        samples.p99 = None
        return samples


def _samples(value):
    return value if value is None or isinstance(value, Samples) else Samples.single(value)


class Report:
    def __init__(self):
        self.figures = []
        self.notes = []
        self.tables = []
        self.warnings = []
        self.machine = {}

    def add(self, name, ours, peer=None, unit="µs", goal=None, bound=None, more=False, peer_name=None,
            latency=None, agreement=None):
        """Adds a figure and says it.

        - ours, peer: a number or Samples. Ratios are of medians.
        - goal: the greatest ratio ours / peer to reach, without a peer the greatest value; where `more`
          is better the least.
        - bound: what the hardware allows, in the same unit.
        - latency: of a rate, (median, 99th percentile) of one answer in µs.
        - agreement: which share of the peer's hits are as good as the exact ones.
        """
        ours, peer = _samples(ours), _samples(peer)
        figure = dict(
            name=name, ours=ours.median, ours_best=ours.best, p99=ours.p99,
            peer=peer and peer.median, peer_best=peer and peer.best, peer_name=peer_name,
            peer_p99=peer and peer.p99, ratio=ours.median / peer.median if peer else None, unit=unit,
            goal=goal, bound=bound, more=more, latency=latency, agreement=agreement)
        self.figures.append(figure)
        shown = f"{name}: {ours.median:.4g} {unit}"
        if peer:
            shown += f", {peer_name or 'peer'} {peer.median:.4g}, times better {better(figure):.2f}"
        print(shown, flush=True)

    def table(self, title, header, rows):
        """A table of its own, of texts."""
        self.tables.append(dict(title=title, header=header, rows=rows))

    def markdown(self):
        lines = [f"{key}: {value}." for key, value in self.machine.items()]
        lines += ["", *self.warnings, ""] if self.warnings else [""]
        lines += self.figures and [
            "| figure | Kindred: best | median | p99 | peer | best | median | times better | goal "
            "| hardware's bound (how far from it) |",
            "|---|---|---|---|---|---|---|---|---|---|",
        ]
        for figure in self.figures:
            number = lambda value: "–" if value is None else f"{value:.4g} {figure['unit']}".strip()
            bound = number(figure["bound"])
            if figure["bound"]:
                times = figure["ours"] / figure["bound"]
                bound += f" ({1 / times if figure['more'] else times:.3g}×)"
            tail = number(figure["p99"])
            if figure["latency"]:
                tail = "one answer {:.4g}, p99 {:.4g} µs".format(*figure["latency"])
            peer = figure["peer_name"] or "–"
            if figure["agreement"] is not None:
                peer += f" ({figure['agreement']:.1%} of the hits are right)"
            lines.append(
                f"| {figure['name']} | {number(figure['ours_best'])} | {number(figure['ours'])} "
                f"| {tail} | {peer} | {number(figure['peer_best'])} | {number(figure['peer'])} "
                f"| {'–' if not figure['ratio'] else f'{better(figure):.2f}'} | {_goal(figure)} "
                f"| {bound} |")
        for table in self.tables:
            lines += ["", table["title"], "", *(
                f"| {' | '.join(row)} |" for row in [
                    table["header"], ["---"] * len(table["header"]), *table["rows"]])]
        return "\n".join([*lines, "", *(f"- {note}" for note in self.notes)])

    def write_json(self, path):
        with open(path, "w") as file:
            json.dump(
                dict(machine=self.machine, warnings=self.warnings, notes=self.notes,
                     figures=self.figures, tables=self.tables, python=platform.python_version()), file, indent=1)


def better(figure):
    return figure["ratio"] if figure["more"] else 1 / figure["ratio"]


def _goal(figure):
    goal = figure["goal"]
    if goal is None:
        return "–"
    if figure["ratio"]:
        reached, least = figure["ratio"] <= goal, 1 / goal
        if figure["more"]:
            reached, least = figure["ratio"] >= goal, goal
        return f"≥ {least:.3g}" + ("" if reached else " (missed)")
    reached = figure["ours"] >= goal if figure["more"] else figure["ours"] <= goal
    return f"{'≥' if figure['more'] else '≤'} {goal:.4g}" + ("" if reached else " (missed)")
