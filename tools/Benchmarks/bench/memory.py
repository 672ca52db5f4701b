"""The greatest memory of a process while something is done, seen from outside."""

import threading

from .machine import memory_of


class PeakMemory:
    """`with PeakMemory(process) as peak: …`, then bytes beyond what there was before.

    Looked at every 2 ms, of every engine in the same way. `anonymous` is what the process needs for
    itself; `resident` has the pages of mapped files too, which the system can take back.
    """

    def __init__(self, process):
        self._process, self._done = process, threading.Event()
        self._before = self._peak = (0, 0)
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self):
        self._before = self._peak = memory_of(self._process)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._done.set()
        self._thread.join()

    def _watch(self):
        while not self._done.wait(0.002):
            self._look()
        self._look()

    def _look(self):
        self._peak = tuple(map(max, self._peak, memory_of(self._process)))

    @property
    def anonymous(self):
        return self._peak[0] - self._before[0]

    @property
    def resident(self):
        return self._peak[1] - self._before[1]
