"""Figures, the table that people read, and the file that programs read."""

import json
import os
import platform
import statistics


def median(times):
    return statistics.median(times)


def percentile99(times):
    return sorted(times)[min(len(times) - 1, len(times) * 99 // 100)]


class Report:
    def __init__(self):
        self.figures = []
        self.notes = []

    def add(self, name, ours, peer=None, unit="µs", goal=None, p99=None, bound=None, more=False):
        """`goal` is the greatest ratio ours / peer to reach, without a peer the greatest value, or
        the least where `more` is better; `bound` what the hardware allows, in the same unit."""
        ratio = ours / peer if peer else None
        self.figures.append(
            dict(name=name, ours=ours, peer=peer, ratio=ratio, unit=unit, goal=goal, p99=p99,
                 bound=bound, more=more))
        shown = f"{name}: {ours:.4g} {unit}"
        print(shown + (f", peer {peer:.4g}, ratio 1/{peer / ours:.1f}" if peer else ""), flush=True)

    def markdown(self):
        lines = [
            f"{platform.processor() or platform.machine()}, {os.cpu_count()} processors, "
            f"{platform.system()} {platform.release()}, Python {platform.python_version()}", "",
            "| figure | Kindred | p99 | peer | peer / Kindred | goal | hardware's bound (how far from it) |",
            "|---|---|---|---|---|---|---|",
        ]
        for figure in self.figures:
            number = lambda value: "–" if value is None else f"{value:.4g} {figure['unit']}"
            peer, ours, goal = figure["peer"], figure["ours"], figure["goal"]
            ratio = "–" if not peer else f"{peer / ours:.1f}"
            if goal is None:
                wanted = "–"
            elif peer:
                wanted = f"≥ {1 / goal:.3g}" + ("" if ours / peer <= goal else " (missed)")
            else:
                reached = ours >= goal if figure["more"] else ours <= goal
                wanted = f"{'≥' if figure['more'] else '≤'} {goal:.4g}"
                wanted += "" if reached else " (missed)"
            bound = number(figure["bound"])
            if figure["bound"]:
                times = ours / figure["bound"]
                bound += f" ({1 / times if figure['more'] else times:.3g}×)"
            lines.append(
                f"| {figure['name']} | {number(ours)} | {number(figure['p99'])} | {number(peer)} "
                f"| {ratio} | {wanted} | {bound} |")
        return "\n".join(lines + [""] + self.notes)

    def write_json(self, path):
        with open(path, "w") as file:
            json.dump(self.figures, file, indent=1)
