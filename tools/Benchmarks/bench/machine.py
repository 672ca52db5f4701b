"""The machine: what it is, what its hardware allows, and whether others are using it."""

import os
import pathlib
import platform
import statistics
import time

import numpy


def processor():
    """The processor's name, model numbers and how many there are."""
    fields = {}
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            name, _, value = line.partition(":")
            fields.setdefault(name.strip(), value.strip())
    except OSError:
        pass
    name = fields.get("model name") or platform.processor() or platform.machine()
    numbers = [
        f"{word} {fields[field]}" for word, field in
        [("family", "cpu family"), ("model", "model"), ("stepping", "stepping")] if field in fields]
    return ", ".join([
        f"{name} ({', '.join(numbers)})" if numbers else name, f"{os.cpu_count()} processors"])


class Quiet:
    """Looks, before each part and at the end, whether the machine is ours alone.

    A sample has the load average, the share of processor time that was used (or stolen by the
    hypervisor) in a second in which we slept, and the spread of a calibration loop: how much longer
    than the fastest the slowest tenth of 40 equal loops of some milliseconds took.
    """

    MAX_SHARE, MAX_SPREAD = 0.05, 0.15

    def __init__(self):
        self.samples = []

    def sample(self):
        before = _ticks()
        time.sleep(1)
        after = _ticks()
        share = None
        if before and after and after[0] > before[0]:
            share = 1 - (after[1] - before[1]) / (after[0] - before[0])
        loops = []
        for _ in range(40):
            start = time.perf_counter()
            sum(range(300_000))
            loops.append(time.perf_counter() - start)
        spread = sorted(loops)[36] / min(loops) - 1
        self.samples.append(dict(load=os.getloadavg()[0], share=share, spread=spread))
        return self.samples[-1]

    def warning(self):
        """A sentence, or None on a quiet machine."""
        shares = [sample["share"] for sample in self.samples if sample["share"] is not None]
        spread = max((sample["spread"] for sample in self.samples), default=0)
        if max(shares, default=0) <= self.MAX_SHARE and spread <= self.MAX_SPREAD:
            return None
        return ("**The machine is busy**: others used up to "
                f"{max(shares, default=0):.0%} of its processor time while this slept, equal loops "
                f"differed by up to {spread:.0%}. Read minima and ratios; do not publish.")

    def summary(self):
        if not self.samples:
            return "Not looked at."
        text = lambda values: f"{min(values):.2f} to {max(values):.2f}"
        shares = [sample["share"] for sample in self.samples if sample["share"] is not None]
        return (f"Looked at {len(self.samples)} times: load average "
                f"{text([sample['load'] for sample in self.samples])}"
                + (f", others' share of the processors {text(shares)}" if shares else "")
                + ", spread of the calibration loop "
                f"{text([sample['spread'] for sample in self.samples])}.")


def _ticks():
    """All, and idle ones, of all processors since the start of the machine."""
    try:
        line = pathlib.Path("/proc/stat").read_text().splitlines()[0]
    except OSError:
        return None
    numbers = [int(word) for word in line.split()[1:9]]
    return sum(numbers), numbers[3] + numbers[4]


def memory_of(process):
    """(anonymous, all) resident bytes of a process, zeros where the system does not say."""
    kibibytes = {}
    try:
        with open(f"/proc/{process}/status") as file:
            for line in file:
                if line.startswith(("RssAnon:", "VmRSS:")):
                    name, number, _ = line.split()
                    kibibytes[name] = int(number)
    except OSError:
        pass
    return kibibytes.get("RssAnon:", 0) << 10, kibibytes.get("VmRSS:", 0) << 10


def memory_bandwidth():
    """Bytes a second that one core reads."""
    data = numpy.ones(1 << 24, numpy.uint64)
    times = []
    for _ in range(7):
        start = time.perf_counter()
        data.sum()
        times.append(time.perf_counter() - start)
    return data.nbytes / min(times)


def sync_seconds(folder):
    """One fdatasync of 4 KiB, the median of 20."""
    times = []
    descriptor = os.open(os.path.join(folder, "sync"), os.O_RDWR | os.O_CREAT)
    for _ in range(20):
        os.pwrite(descriptor, os.urandom(4096), 0)
        start = time.perf_counter()
        os.fdatasync(descriptor)
        times.append(time.perf_counter() - start)
    os.close(descriptor)
    return statistics.median(times)


def write_bandwidth(folder):
    """Bytes a second that one file takes, synced."""
    data = os.urandom(1 << 24)
    times = []
    path = os.path.join(folder, "written")
    for _ in range(3):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        start = time.perf_counter()
        for _ in range(8):
            os.write(descriptor, data)
        os.fdatasync(descriptor)
        times.append(time.perf_counter() - start)
        os.close(descriptor)
    os.unlink(path)
    return 8 * len(data) / min(times)


def list_bytes(oracle, query):
    """About the bytes of posting lists that a query must look at: half a byte for every point
    where a dimension is common, a byte for every posting where it is not."""
    return sum(min(oracle.points.count / 2, oracle.frequency(dimension)) for dimension in query)
