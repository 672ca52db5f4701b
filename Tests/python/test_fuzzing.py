"""A minute of requests that nobody meant well: see `fuzzing`."""

import os
import time

from fuzzing.run import Run

SECONDS = 55
# Beyond a request's timeout, on a machine that does other things too.
SLACK = 2.0


def test_nothing_that_comes_in_breaks_what_must_hold(tmp_path):
    # The same each time; `tools/torture --requests` draws others.
    seed = int(os.environ.get("FUZZING_SEED", 1))
    run = Run(os.environ["KINDRED"], tmp_path / "fuzzing", seed, SLACK)
    try:
        run.until(time.monotonic() + SECONDS)
    finally:
        run.close()
    print(run.summary())
    report = "\n\n".join(text[:4000] for text in run.faults.values())
    assert not run.faults, f"{run.summary()}; again with FUZZING_SEED={seed}\n{report}"
    # The requests are real: most endpoints do what some of them ask.
    assert len({name for name, hundreds in run.counts if hundreds == 2}) > 50, run.counts
