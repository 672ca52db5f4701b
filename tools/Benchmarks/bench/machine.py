"""What the hardware allows: the bounds that figures are compared with."""

import os
import statistics
import time

import numpy


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
