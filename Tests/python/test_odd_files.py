"""Data directories that hold what no store has put there, and systems that are short of something: every
command ends, in words."""

import os
import resource
import signal
import subprocess
import time

import pytest

from conftest import free_port

KINDRED = os.environ.get("KINDRED", "kindred")


def run(*arguments, **options):
    """A command that must end by itself, and not by a signal."""
    result = subprocess.run(
        [KINDRED, *arguments], capture_output=True, text=True, timeout=60, **options
    )
    assert 0 <= result.returncode < 128, result.stderr[:2000]
    assert "Fatal error" not in result.stderr
    return result


def pipe(path):
    os.mkfifo(path)


def vast(path):
    with open(path, "wb") as file:
        file.truncate(1 << 40)


def link(path):
    path.symlink_to("/dev/zero")


def folder(path):
    path.mkdir()


@pytest.mark.parametrize("name", ["MANIFEST", "LOCK"])
@pytest.mark.parametrize("make", [pipe, vast, link, folder])
def test_what_is_no_file_of_a_store(tmp_path, name, make):
    directory = tmp_path / "d"
    directory.mkdir()
    make(directory / name)
    for arguments in [
        ("check", "--data-dir", directory),
        ("check", "--quick", "--json", "--data-dir", directory),
        ("repair", "--data-dir", directory),
        ("inspect", "manifest", directory),
        ("backup", "--data-dir", directory, "--output", tmp_path / "b"),
        ("restore", directory, "--data-dir", tmp_path / "r"),
    ]:
        run(*map(str, arguments))
    if name == "MANIFEST":
        refused = run("serve", "--data-dir", str(directory))
        assert refused.returncode == 1
        assert "MANIFEST" in refused.stderr


def test_a_pipe_in_the_place_of_a_log(tmp_path):
    directory = tmp_path / "d"
    (directory / "wal").mkdir(parents=True)
    pipe(directory / "wal" / "0000000000000001.wal")
    assert run("serve", "--data-dir", str(directory)).returncode == 1
    run("inspect", "wal", str(directory))
    run("check", "--data-dir", str(directory))


@pytest.mark.parametrize("kilobytes", [150_000, 250_000, 400_000, 700_000])
def test_little_address_space(tmp_path, kilobytes):
    """Either it serves and stops when asked to, or it says why it does not start."""

    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (kilobytes << 10, kilobytes << 10))

    process = subprocess.Popen(
        [KINDRED, "serve", "--data-dir", str(tmp_path / "d"), "--http", f"127.0.0.1:{free_port()}"],
        stderr=subprocess.PIPE,
        preexec_fn=limit,
    )
    deadline = time.monotonic() + 5
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        # Nine seconds of its own, and a busy machine.
        process.wait(timeout=30)
    finally:
        process.kill()
    text = process.stderr.read().decode()
    assert process.returncode in (0, 1), text
    if process.returncode == 1:
        assert text.strip().startswith("kindred serve:") or "level=" in text, text


def test_columns_that_no_terminal_has(tmp_path):
    for columns in ["0", "-1", str(-(2**63)), str(2**63 - 1), "x"]:
        run("generate", "--help", env={**os.environ, "COLUMNS": columns})
