"""A second client of a run, which only reads."""

import random
import threading

from . import judge
from .daemon import Client
from .judge import Fault
from .requests import Maker


class Companion(threading.Thread):
    """Sends reads whenever the run does not restart its daemon; what it finds is the run's to note.
    Invariant: while `may_go` is not set and `rests` is, no request of its is under way."""

    def __init__(self, run, number):
        super().__init__(daemon=True)
        self.run_, self.random = run, random.Random(run.seed * 1000 + number)
        self.may_go, self.rests, self.ending = (
            threading.Event(),
            threading.Event(),
            threading.Event(),
        )
        self.found = []
        self.last = None

    def pause(self):
        self.may_go.clear()
        self.rests.wait()

    def run(self):
        client = None
        while not self.ending.is_set():
            if not self.may_go.is_set():
                self.rests.set()
                self.may_go.wait(0.05)
                client = None
                continue
            self.rests.clear()
            client = client or Client(self.run_.daemon.port)
            try:
                self.one(client)
            except Fault as fault:
                self.found.append((self.last, fault))
            except OSError:
                # The run notices by itself when the daemon has fallen.
                self.ending.wait(0.05)

    def one(self, client):
        maker = Maker(self.random, self.run_.maker.document, self.run_.only)
        request = maker.request()
        if request.changes:
            return
        self.last = request
        status, data = client.send(request.method, request.path, request.data, request.headers)
        judge.answer(request, status, data, 0, 0)
