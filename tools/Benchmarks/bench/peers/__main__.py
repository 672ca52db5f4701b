"""A peer's process: commands a line (JSON) on standard input, an answer a line on standard output.

usage: python -m bench.peers MODULE FOLDER ARGUMENTS

A module of this package has a class Engine:

    CAN                                what it takes part in: "filter", "vectors", "open", "negative"
    Engine(folder, **arguments)
    load(points) → seconds             points in memory to searchable and on disk, where it has one
    prepare(query, limit, filter, vectors) → a function, which is called before each run, untimed, and
                                       returns the function that is timed
    ids(what that function returned)   the ids found, best first
    overhead()                         optional: seconds of a call that are not the engine's
    close(), open()                    where CAN has "open"

`query` is (dimensions, weights); `filter` {"key", "from", "to"} with inclusive bounds, or None.
"""

import importlib
import json
import os
import sys
import time

from ..data import read_points


def main():
    module, folder, arguments = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
    # Engines print as they please: the answers have a descriptor of their own.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    engine, problem = None, None
    try:
        loaded = importlib.import_module(f"bench.peers.{module}")
        os.makedirs(folder, exist_ok=True)
        engine = loaded.Engine(folder, **arguments)
    except ImportError as error:
        problem = f"it is not installed ({error})"
    except Exception as error:
        problem = f"it does not start ({error})"
    for line in sys.stdin:
        command = json.loads(line)
        try:
            answer = {"error": problem} if problem else run(engine, command)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # a panic of a Rust library is not an Exception
            answer = {"error": f"{command['op']}: {type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def run(engine, command):
    op = command["op"]
    if op == "hello":
        return {"can": sorted(engine.CAN)}
    if op == "load":
        return {"seconds": engine.load(read_points(command["path"]))}
    if op == "search":
        return {"found": [
            search(engine, query, command) for query in command["queries"]]}
    if op == "reopen":
        engine.close()
        start = time.perf_counter()
        engine.open()
        engine.prepare(command["query"], 20, None, False)()()
        return {"seconds": time.perf_counter() - start}
    raise ValueError(f"no operation {op}")


def search(engine, query, command):
    ready = engine.prepare(query, command["limit"], command["filter"], command["vectors"])
    overhead = engine.overhead() if hasattr(engine, "overhead") else 0.0
    times, found = [], None
    for _ in range(command["runs"]):
        call = ready()
        start = time.perf_counter()
        found = call()
        times.append(max(time.perf_counter() - start - overhead, 1e-9) * 1e6)
    return {"times": times, "ids": engine.ids(found)}


if __name__ == "__main__":
    main()
