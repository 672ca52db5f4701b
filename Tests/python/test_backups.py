"""Backups on a timer: what `kindred backup --into` makes and removes, and the units that run it."""
import json
import os
import pathlib
import re
import shutil
import subprocess

import httpx
import pytest

from test_tools import daemon, flip, ids, kindred, segments, upsert  # noqa: F401

UNITS = pathlib.Path(__file__).parents[2] / "tools" / "systemd"
NAME = re.compile(r"kindred-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups"


def aged(folder, made, stamp):
    """The same backup, as if it had been made then."""
    old = folder / f"kindred-{stamp}"
    made.rename(old)
    return old


def back_up(daemon, folder, *arguments, code=0):  # noqa: F811
    said = kindred("backup", "--socket", daemon.socket_path, "--into", folder, *arguments, code=code)
    return said


def test_names_say_when(daemon, folder):  # noqa: F811
    said = back_up(daemon, folder)
    made = list(folder.iterdir())
    assert len(made) == 1 and NAME.fullmatch(made[0].name) and str(made[0]) in said
    assert kindred("check", "--data-dir", made[0]).endswith("clean\n")


def test_old_ones_go_by_age_and_stay_by_count(daemon, folder, tmp_path):  # noqa: F811
    stamps = ["2001-01-01T00-00-00", "2002-01-01T00-00-00", "2003-01-01T00-00-00"]
    for stamp in stamps:
        back_up(daemon, folder)
        aged(folder, next(path for path in folder.iterdir() if path.name > "kindred-2020"), stamp)
    (folder / "kindred-2000-01-01T00-00-00").mkdir()
    (folder / "kindred-2000-01-01T00-00-00" / "thesis.txt").write_text("mine")
    (folder / "monday").mkdir()

    report = json.loads(back_up(daemon, folder, "--keep-days", 14, "--keep-count", 3, "--json"))
    assert report["removed"] == ["kindred-2001-01-01T00-00-00"]
    assert [left["name"] for left in report["left_alone"]] == ["kindred-2000-01-01T00-00-00"]
    assert "thesis.txt" in report["left_alone"][0]["reason"]
    newest = pathlib.Path(report["path"])
    assert {path.name for path in folder.iterdir()} == {
        "kindred-2000-01-01T00-00-00", "kindred-2002-01-01T00-00-00", "kindred-2003-01-01T00-00-00",
        "monday", newest.name}

    # The drill: what stays can be lived in.
    kindred("restore", newest, "--data-dir", tmp_path / "restored")
    daemon.stop()
    shutil.rmtree(daemon.directory)
    (tmp_path / "restored").rename(daemon.directory)
    daemon.start()
    assert ids(daemon) == list(range(30))

    os.utime(newest)
    aged(folder, newest, "2004-01-01T00-00-00")
    said = back_up(daemon, folder, "--keep-days", 14)
    assert said.count("removed '") == 3 and "left 'kindred-2000-01-01T00-00-00' alone" in said
    assert (folder / "kindred-2000-01-01T00-00-00" / "thesis.txt").read_text() == "mine"


def test_a_backup_that_is_not_whole_removes_nothing(daemon, folder):  # noqa: F811
    back_up(daemon, folder)
    aged(folder, next(folder.iterdir()), "2001-01-01T00-00-00")
    # Damage of the medium that nobody has read yet.
    flip(segments(daemon.directory)[0], 64)
    said = back_up(daemon, folder, "--keep-days", 1, code=1)
    assert "is not whole, so no older one was removed" in said
    assert "kindred-2001-01-01T00-00-00" in [path.name for path in folder.iterdir()]


def test_without_a_daemon(daemon, folder):  # noqa: F811
    daemon.stop()
    kindred("backup", "--data-dir", daemon.directory, "--into", folder, "--keep-count", 1)
    assert len(list(folder.iterdir())) == 1
    # The timer's unit asks the daemon, so it never keeps one from starting.
    assert "no daemon" in back_up(daemon, folder, code=69)


@pytest.mark.parametrize("arguments, words", [
    ([], "Give --output DIR or --into FOLDER"),
    (["--output", "x", "--into", "y"], "Give --output DIR or --into FOLDER"),
    (["--output", "x", "--keep-days", "3"], "for backups made with --into"),
    (["--into", "y", "--keep-days", "0"], "must be from 1 to 36500"),
    (["--into", "y", "--keep-days", "99999999999999999999"], "--keep-days"),
    (["--into", "y", "--keep-count", "-1"], "--keep-count"),
    (["--into", "y", "--keep-count", "9223372036854775807"], "must be from 1 to 1000000"),
])
def test_what_makes_no_sense(tmp_path, arguments, words):
    assert words in kindred("backup", "--data-dir", tmp_path, *arguments, code=64)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there(daemon, tmp_path):  # noqa: F811
    for where in [["--socket", daemon.socket_path], ["--data-dir", daemon.directory]]:
        assert str(tmp_path / "none") in kindred("backup", *where, "--into", tmp_path / "none", code=1)
    assert not (tmp_path / "none").exists()


def test_the_daemon_says_when(daemon, folder):  # noqa: F811
    def last():
        return int(re.search(r"^kindred_last_backup_timestamp_seconds (\d+)$",
                             httpx.get(daemon.url + "/metrics").text, re.MULTILINE)[1])

    assert last() == 0
    back_up(daemon, folder)
    made = next(folder.iterdir())
    assert abs(last() - made.stat().st_mtime) < 60
    before = last()
    assert "exists" in kindred("backup", "--socket", daemon.socket_path, "--output", made, code=1)
    assert last() == before


# The units


@pytest.fixture
def units(tmp_path):
    """As they are installed, with the program where it is here."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze: apt-get install systemd")
    for unit in UNITS.iterdir():
        (tmp_path / unit.name).write_text(unit.read_text().replace("/usr/bin/kindred", os.environ["KINDRED"]))
    return tmp_path


def analyze(*arguments):
    return subprocess.run(["systemd-analyze", *map(str, arguments)], capture_output=True, text=True)


def test_units_are_well_formed(units):
    paths = [units / name for name in ["kindred.service", "kindred-backup.service", "kindred-backup.timer"]]
    done = analyze("verify", "--man=no", *paths)
    assert done.returncode == 0 and not any(str(units) in line for line in done.stderr.splitlines()), \
        done.stderr


@pytest.mark.parametrize("unit, most", [("kindred.service", 20), ("kindred-backup.service", 10)])
def test_units_are_closed(units, unit, most):
    done = analyze("security", "--offline=true", f"--threshold={most}", "--no-pager", units / unit)
    if "Unknown" in done.stderr or "unrecognized" in done.stderr:
        pytest.skip("this systemd-analyze does not look at files: " + done.stderr)
    assert done.returncode == 0, done.stdout.splitlines()[-1]


def test_the_command_of_the_unit(daemon, folder):  # noqa: F811
    """What the timer runs, at other places."""
    unit = (UNITS / "kindred-backup.service").read_text()
    command = re.search("^ExecStart=/usr/bin/(.*)$", unit, re.MULTILINE)[1]
    keep = re.search('^Environment="KEEP=(.*)"$', unit, re.MULTILINE)[1]
    command = command.replace("$KEEP", keep)
    for old, new in [("/var/lib/kindred/data/kindred.sock", daemon.socket_path),
                     ("/var/lib/kindred/backups", str(folder))]:
        assert command.count(old) == 1
        command = command.replace(old, new)
    said = kindred(*command.split()[1:])
    assert "checked in full: clean" in said and len(list(folder.iterdir())) == 1
