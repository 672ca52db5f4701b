"""The `kindred` binary that the package brings."""
from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys
from typing import Dict, NoReturn, Sequence

from ._errors import KindredError


def path() -> str:
    """Where the binary is: in the package, else on the PATH, as in a checkout.

    :raises KindredError: when it is in neither.
    """
    packed = pathlib.Path(__file__).parent / "bin" / "kindred"
    found = str(packed) if packed.exists() else shutil.which("kindred")
    if found is None:
        raise KindredError(f"there is no kindred: neither '{packed}' nor one on the PATH")
    return found


def environment() -> Dict[str, str]:
    """The environment without Kindred's settings, which are those of other daemons."""
    return {name: value for name, value in os.environ.items() if not name.startswith("KINDRED_")}


def run(arguments: Sequence[str]) -> str:
    """Runs a command to its end and returns what it printed.

    :raises KindredError: with the command's words when it ends with anything but 0.
    """
    done = subprocess.run(
        [path(), *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        encoding="utf-8", errors="replace", env=environment())
    if done.returncode != 0:
        words = done.stderr.strip()
        raise KindredError(words[len("kindred: "):] if words.startswith("kindred: ") else words)
    return done.stdout


def main() -> NoReturn:
    """The console script: becomes the binary."""
    os.execv(path(), ["kindred", *sys.argv[1:]])
