"""The module as it is installed; or, where `KINDRED` names a binary, the sources beside these tests with it."""
import os
import pathlib
import shutil
import sys
import tempfile

import pytest

if "KINDRED" in os.environ:
    sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "src"))
    # Out of the environment for good: a daemon's settings have such names.
    binary = pathlib.Path(os.environ.pop("KINDRED")).resolve()
    os.environ["PATH"] = f"{binary.parent}{os.pathsep}{os.environ['PATH']}"

import kindred_db  # noqa: E402


@pytest.fixture
def folder():
    # Not pytest's own folder: its paths can exceed what a socket's name may have.
    path = pathlib.Path(tempfile.mkdtemp(prefix="kindred-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def db(folder):
    with kindred_db.open(folder / "data") as db:
        yield db


@pytest.fixture(scope="session")
def movielens(tmp_path_factory):
    path = tmp_path_factory.mktemp("movielens") / "ml-1m"
    kindred_db.generate_movielens(path, users=300)
    return path
