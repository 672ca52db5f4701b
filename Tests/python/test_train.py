"""`kindred train` while a training takes its time, fails, or is ended by somebody else: by a server that
answers as a daemon does then."""
import json
import os
import signal
import subprocess
import time

import pytest

from servers import server
from test_remote import run

MODEL = "/collections/movielens/item-model/items"
TRAINED = {"people": 2, "ratings": 3, "items": 4, "weights": 5, "seconds": 1.5}


def answering(states, seen):
    """Answers to GET: `states` one after the other, the last for ever. None is a model that has gone."""
    states = list(states)

    def answer(call):
        seen.append((call.method, call.target, call.body))
        if call.target == "/collections/movielens":
            return ok({"config": {"metadata": {}}})
        assert call.target == MODEL
        if call.method == "PUT":
            return ok(state("training", 0))
        given = states.pop(0) if len(states) > 1 else states[0]
        if given is None:
            return 404, {}, json.dumps({"status": {"error": "there is no such model"}})
        return ok(given)

    return answer


def ok(result):
    return 200, {"content-type": "application/json"}, json.dumps({"result": result, "status": "ok"})


def state(name, progress, **members):
    return {"name": "items", "collection": "movielens.items", "state": name, "progress": progress,
            "seconds": 2, **members}


def test_it_waits_for_the_end_and_shows_how_far_it_is():
    seen = []
    states = [state("training", 0.25, trained_on=TRAINED)] * 25 + [
        state("publishing", 1), state("ready", 1, trained_on=TRAINED)]
    with server(answering(states, seen)) as url:
        done = run("train", "--url", url)
    assert done.stderr.startswith("25 %, ") and done.stderr.endswith(" left\n")
    assert done.stdout == (
        "trained in 1.5 s on 3 ratings of 2 people: 4 items with 5 weights\n"
        "kept as the collection 'movielens.items'\nnext: kindred recommend --user USER\n")
    assert [body for method, _, body in seen if method == "PUT"] == [b"{}"]


@pytest.mark.parametrize("end, words", [
    (state("failed", 1, reason="the disk is full"), "could not be trained: the disk is full"),
    (state("cancelled", 1), "the training of the item model 'items' of 'movielens' was cancelled"),
    (None, "the training of the item model 'items' of 'movielens' was cancelled"),
])
def test_another_end_is_told(end, words):
    # A model from before does not make it a success.
    if end is not None:
        end = {**end, "trained_on": TRAINED}
    with server(answering([state("training", 0.5), end], [])) as url:
        done = run("train", "--no-progress", "--url", url, code=1)
    assert words in done.stderr and done.stdout == ""


def test_ctrl_c_ends_the_waiting_and_says_what_goes_on():
    seen = []
    with server(answering([state("training", 0.5)], seen)) as url:
        command = subprocess.Popen(
            [os.environ["KINDRED"], "train", "--no-progress", "--url", url], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        try:
            deadline = time.monotonic() + 30
            while not any(method == "GET" and target == MODEL for method, target, _ in seen):
                assert time.monotonic() < deadline
                time.sleep(0.02)
            command.send_signal(signal.SIGINT)
            output, errors = command.communicate(timeout=30)
        finally:
            command.kill()
    assert command.returncode == 130 and output == ""
    assert "'kindred train --status' says how far it is" in errors
    assert "'kindred train --remove' cancels it" in errors


def test_a_training_that_runs_has_a_status():
    with server(answering([state("training", 0.25, trained_on=TRAINED)], [])) as url:
        done = run("train", "--status", "--url", url)
    assert done.stdout.startswith("training, 25 % after 2.0 s\ntrained in 1.5 s on 3 ratings")
