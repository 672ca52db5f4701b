"""Data directories of earlier versions, and of later ones, as an operator meets them."""
import json
import os
import pathlib
import shutil
import subprocess

import httpx
import pytest

from conftest import Daemon
from test_tools import kindred

FIXTURES = pathlib.Path(__file__).parents[1] / "Fixtures"
FORMATS = sorted(path.name for path in FIXTURES.glob("format-*"))


@pytest.fixture
def directory(tmp_path, request):
    shutil.copytree(FIXTURES / request.param / "data", tmp_path / "d")
    return tmp_path / "d"


def contents(directory):
    return {path.relative_to(directory): path.read_bytes() for path in sorted(directory.rglob("*"))
            if path.is_file() and path.name != "LOCK"}


def asked(daemon, format):
    """What it answers now to what was asked when the directory was made, and what it answered then."""
    for answer in json.loads((FIXTURES / format / "answers.json").read_text()):
        now = httpx.request(answer["method"], daemon.url + answer["path"], json=answer["body"])
        yield now.json()["result"], answer["result"]


@pytest.mark.parametrize("directory", FORMATS, indirect=True)
def test_the_upgrade_of_the_guide(directory, tmp_path, request):
    """Check, back up, start the new version; and back to the backup."""
    format = request.node.callspec.params["directory"]
    before = contents(directory)
    assert kindred("check", "--data-dir", directory).endswith("clean\n")
    kindred("backup", "--data-dir", directory, "--output", tmp_path / "backup")
    assert contents(directory) == before
    daemon = Daemon(str(directory))
    try:
        for now, then in asked(daemon, format):
            assert now == then
        assert httpx.put(daemon.url + "/collections/new", json={"sparse_vectors": {"r": {}}}).status_code == 200
        assert httpx.post(daemon.url + "/compact").status_code == 200
    finally:
        assert daemon.stop() == 0
    assert kindred("check", "--data-dir", directory).endswith("clean\n")
    # What has been written anew has left the backup as it was, and the older version would read it.
    assert kindred("check", "--data-dir", tmp_path / "backup").endswith("clean\n")
    for path, content in contents(tmp_path / "backup").items():
        if path.parts[0] == "segments":
            assert before[path] == content


def checksum(content):
    """CRC-32C."""
    value = 0xFFFFFFFF
    for byte in content:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
    return (value ^ 0xFFFFFFFF).to_bytes(4, "little")


def later(path):
    """Makes a file that of a version yet to come: another number, and checksums that fit."""
    content = bytearray(path.read_bytes())
    content[8:10] = (250).to_bytes(2, "little")
    match path.suffix:
        case ".segment":
            content[-16:-12] = checksum(content[:32])
            content[-12:-8] = checksum(content[-40:-12])
        case ".wal":
            content[44:48] = checksum(content[:44])
        case _:
            content[-4:] = checksum(content[:-4])
    path.write_bytes(content)


@pytest.mark.parametrize("directory", FORMATS[-1:], indirect=True)
@pytest.mark.parametrize("kind", ["MANIFEST", "segments/*", "wal/*"])
def test_an_older_version_leaves_newer_files_alone(directory, tmp_path, kind):
    file = next(directory.glob(kind))
    later(file)
    before = contents(directory)
    commands = [
        (["serve", "--data-dir", directory], 1), (["check", "--data-dir", directory], 66),
        (["restore", directory, "--data-dir", tmp_path / "restored"], 66),
        (["repair", "--data-dir", directory, "--output", tmp_path / "repaired"], 66)]
    # Segment files are backed up without being read.
    if file.suffix != ".segment":
        commands.append((["backup", "--data-dir", directory, "--output", tmp_path / "backup"], 66))
    for arguments, code in commands:
        done = subprocess.run([os.environ["KINDRED"], *map(str, arguments)], capture_output=True,
                              text=True, timeout=60)
        said = f"{arguments[0]}: {done.returncode}: {done.stdout}{done.stderr}"
        assert done.returncode == code, said
        assert "newer" in done.stderr and "250" in done.stderr and file.name in done.stderr, said
    assert contents(directory) == before
    assert {path.name for path in tmp_path.iterdir()} == {"d"}
