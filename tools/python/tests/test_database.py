"""Opening and closing: the daemon lives as long as its owner needs it, never longer."""
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import pytest

import kindred_db


def run(program, folder, **options):
    """Starts another interpreter that has opened the directory when it prints its first line."""
    program = "import kindred_db, os, signal, sys, threading, time\n" + textwrap.dedent(program)
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(folder / "data")], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.path.dirname(os.path.dirname(kindred_db.__file__))}, **options)
    with process:
        line = process.stdout.readline()
        yield process, line
    wait_until_free(folder)


def wait_until_free(folder):
    deadline = time.monotonic() + 60
    while (folder / "data" / "kindred.sock").exists():
        assert time.monotonic() < deadline, "the daemon still runs"
        time.sleep(0.02)


def test_what_was_written_is_there_the_next_time(folder):
    for count in [0, 2]:
        with kindred_db.open(folder / "data") as db:
            assert len(db.client.get_collections().collections) == count
            if count == 0:
                db.load_ratings([(1, 1, 5), (1, 2, 1), (2, 1, 4)])
            assert db.client.count("ratings").count == 2
        assert not (folder / "data" / "kindred.sock").exists()


def test_a_closed_database_says_so_and_closes_again(folder):
    db = kindred_db.open(folder / "data")
    assert "closed" not in repr(db)
    db.close()
    db.close()
    assert "closed" in repr(db)
    for call in [lambda: db.recommend([1]), lambda: db.client, lambda: db.load_movielens("x")]:
        with pytest.raises(kindred_db.KindredError, match="closed"):
            call()


def test_a_directory_in_use_is_refused_in_the_daemons_words(db, folder):
    with pytest.raises(kindred_db.KindredError, match="in use"):
        kindred_db.open(folder / "data")
    assert db.client.get_collections().collections == []


def test_a_second_database_of_the_same_daemon(db):
    db.load_ratings([(1, 1, 5), (1, 2, 1), (2, 1, 4)])
    with kindred_db.connect(db.socket_path) as other:
        assert other.client.count("ratings").count == 2
    assert db.client.count("ratings").count == 2


def test_a_path_that_is_too_long_is_an_error(folder):
    with pytest.raises(kindred_db.KindredError, match="107"):
        kindred_db.open(folder / ("x" * 120))


def test_settings_of_other_daemons_do_not_matter(folder, monkeypatch):
    monkeypatch.setenv("KINDRED_DATA_DIR", "/nowhere")
    monkeypatch.setenv("KINDRED_NONSENSE", "1")
    with kindred_db.open(folder / "data") as db:
        db.load_ratings([(1, 1, 5), (1, 2, 1), (2, 1, 4)])


def test_a_daemon_that_was_killed_is_an_error_with_a_reason(folder):
    db = kindred_db.open(folder / "data")
    os.kill(db._daemon._process.pid, signal.SIGKILL)
    db._daemon._process.wait()
    with pytest.raises(kindred_db.KindredError, match="does not answer"):
        db.load_ratings([(1, 1, 5)])
    with pytest.raises(kindred_db.KindredError, match="-9"):
        db.close()


@pytest.mark.parametrize("end", [
    "pass", "sys.exit(3)", "raise ValueError", "os.kill(os.getpid(), signal.SIGKILL)", "os._exit(0)"])
def test_the_daemon_ends_with_the_interpreter(folder, end):
    for _, line in run(f"db = kindred_db.open(sys.argv[1])\nprint('open', flush=True)\n{end}", folder,
                       stderr=subprocess.DEVNULL):
        assert line == "open\n"


def test_the_daemon_outlives_the_thread_that_opened_it(folder):
    opened = []
    thread = threading.Thread(target=lambda: opened.append(kindred_db.open(folder / "data")))
    thread.start()
    thread.join()
    time.sleep(0.2)
    with opened[0] as db:
        assert db.client.get_collections().collections == []


def test_a_process_that_was_forked_off_leaves_the_daemon_alone(db):
    child = os.fork()
    if child == 0:
        try:
            db._daemon._stop()
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert db.client.get_collections().collections == []


def test_an_interrupt_at_the_terminal_reaches_the_program_first(folder):
    program = """
    # As at a terminal: whoever runs the tests in the background has it ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with kindred_db.open(sys.argv[1]) as db:
        try:
            print('open', flush=True)
            time.sleep(60)
        except KeyboardInterrupt:
            db.load_ratings([(1, 1, 5), (1, 2, 1)])
            print('done', flush=True)
    """
    for process, line in run(program, folder, start_new_session=True):
        assert line == "open\n"
        os.killpg(process.pid, signal.SIGINT)
        assert process.stdout.readline() == "done\n"
