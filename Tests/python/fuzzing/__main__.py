"""python -m fuzzing: a long run. Ends with 1 when there were faults, and keeps their requests."""

import argparse
import os
import random
import tempfile
import time

from .run import Run


def main():
    parser = argparse.ArgumentParser(prog="fuzzing", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument(
        "--slack", type=float, default=1.0, help="seconds that a loaded machine adds"
    )
    parser.add_argument("--folder", default=None, help="where stores and faults are kept")
    parser.add_argument("--clients", type=int, default=3, help="all but one only read")
    parser.add_argument("--only", default="", help="endpoints whose paths have this in them")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(2**32)
    folder = options.folder or tempfile.mkdtemp(prefix="kindred-fuzz-")
    print(f"seed {seed}, folder {folder}", flush=True)
    run = Run(
        os.environ["KINDRED"],
        folder,
        seed,
        options.slack,
        only=options.only,
        clients=options.clients,
    )
    try:
        run.until(time.monotonic() + options.minutes * 60)
    finally:
        run.close()
    print(run.summary())
    return 1 if run.faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
