"""The commands as people use them: on terminals of several widths, in pipes, interrupted."""
import fcntl
import json
import os
import pty
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import termios
import time
import unicodedata

import httpx
import pytest

ESCAPE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def environment(daemon=None, **more):
    found = {name: value for name, value in os.environ.items() if not name.startswith("KINDRED_")}
    if daemon:
        found["KINDRED_SOCKET"] = daemon.socket_path
    return {**found, **more}


def run(daemon, *arguments, code=0, **options):
    done = subprocess.run([os.environ["KINDRED"], *map(str, arguments)], capture_output=True, text=True,
                          timeout=120, env=environment(daemon), **options)
    assert done.returncode == code, (arguments, done.stdout, done.stderr)
    return done


class TerminalSession:
    """A command on a terminal of its own."""

    def __init__(self, daemon, *arguments, width=80, height=24, **variables):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        self.process = subprocess.Popen(
            [os.environ["KINDRED"], *map(str, arguments)], stdin=slave, stdout=slave, stderr=slave,
            env=environment(daemon, TERM="xterm", **variables), start_new_session=True, close_fds=True)
        os.close(slave)
        self.text = ""

    def read(self, until=None, seconds=60):
        """What has been shown, once `until` has been, or the command has ended."""
        deadline = time.monotonic() + seconds
        while until is None or until not in self.text:
            assert time.monotonic() < deadline, self.text
            if not select.select([self.master], [], [], 0.5)[0]:
                continue
            try:
                piece = os.read(self.master, 1 << 16)
            except OSError:
                break
            if not piece:
                break
            self.text += piece.decode(errors="replace")
        assert until is None or until in self.text, self.text
        return self.text

    def type(self, text):
        os.write(self.master, text.encode())

    def end(self):
        self.read()
        os.close(self.master)
        return self.process.wait(timeout=30)


def shown(text):
    """Lines as they stand on the terminal at last."""
    return [ESCAPE.sub("", line.split("\r")[-1]) for line in text.replace("\r\n", "\n").split("\n")]


def columns(line):
    return sum(0 if unicodedata.combining(character) else
               2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line)


@pytest.fixture
def store(daemon):
    """Six people and five movies, one with a title of wide characters."""
    httpx.put(daemon.url + "/collections/movielens", json={"sparse_vectors": {"ratings": {}}})
    httpx.put(daemon.url + "/collections/movies", json={"vectors": {}})
    titles = {1: "Matrix, The (1999)", 2: "Titanic (1997)", 3: "千と千尋の神隠し千と千尋の神隠し (2001)",
              4: "Ame\u0301lie, the Fabulous Destiny of a Young Lady in Paris (2001)", 5: "Toy Story (1995)"}
    movies = [{"id": id, "vector": {}, "payload": {"title": title, "genres": ["Drama", "War"]}}
              for id, title in titles.items()]
    people = [{"id": id, "vector": {"ratings": {"indices": [1, 2, 3, 4], "values": [1, -1, id / 7, 0.5]}},
               "payload": {"age": 20 + id % 2, "zip": f"0{id}"}} for id in range(1, 7)]
    for name, points in [("movies", movies), ("movielens", people)]:
        answer = httpx.put(daemon.url + f"/collections/{name}/points?wait=true", json={"points": points})
        assert answer.status_code == 200, answer.text
    return daemon


def test_points_are_put_got_counted_and_deleted(store):
    assert run(store, "put", "movies", '{"id":7,"payload":{"title":"Seven"}}').stdout == "1 point stored\n"
    lines = '{"id":8,"payload":{"title":"Eight"}}\n\n{"id":9}\n'
    assert run(store, "put", "movies", input=lines).stdout == "2 points stored\n"
    assert run(store, "count", "movies").stdout == "8\n"
    assert run(store, "get", "movies", 7, "--json").stdout == \
        '[{"id":7,"payload":{"title":"Seven"}}]\n'
    missing = run(store, "get", "movies", 8, 77, code=1)
    assert "Eight" in missing.stdout and missing.stderr == "kindred: 'movies' has no point 77\n"
    copied = run(store, "scroll", "movies", "--json", "--vectors").stdout
    run(store, "collections", "create", "copy")
    assert run(store, "put", "copy", input=copied).stdout == "8 points stored\n"
    assert json.loads(run(store, "scroll", "copy", "--json", "--vectors").stdout) == json.loads(copied)
    assert run(store, "delete", "movies", 7, 8, 8, 99).stdout == "2 points deleted, 1 not there\n"
    assert run(store, "count", "movies", "--json").stdout == '{"count":6}\n'
    assert run(store, "get", "movielens", 3, "--vectors").stdout.splitlines()[1] == \
        " 3   21  03   ratings: 4 weights"
    more = run(store, "scroll", "movielens", "--limit", 2, "--from", 2, "--fields", "zip")
    assert more.stdout == "id  zip\n 2  02\n 3  03\n" and more.stderr == "more: --from 4\n"


def test_bad_points_change_nothing(store):
    for text, words in [('{"id":1}\n{"id":2', "line 2 is not JSON"), ("[1]", "element 1"),
                        ('{"id":1,"vectors":{}}', "no member `vectors`; did you mean 'vector'?"),
                        ("", "has no points"), ('{"payload":{}}', "no `id`")]:
        assert words in run(store, "put", "movies", input=text, code=1).stderr
    assert "nowhere" in run(store, "put", "nowhere", '{"id":1}', code=1).stderr
    run(store, "get", "movies", "x", code=64)
    run(store, "scroll", "movies", "--from", "x", code=64)
    run(store, "scroll", "movies", "--where", "x", code=64)
    run(store, "delete", "movies", code=64)
    run(store, "delete", "movies", 1, "--where", "a=1", code=64)
    assert run(store, "count", "movies").stdout == "5\n"
    # A thousand are stored before the second request is refused.
    lines = "\n".join(json.dumps({"id": id}) for id in range(1000, 2000))
    late = run(store, "put", "movies", input=lines + '\n{"id":1,"payload":7}\n', code=1).stderr
    assert "1,000 of 1,001 points had been stored before and stay so" in late


def test_deleting_by_conditions_is_asked_about(store):
    refused = run(store, "delete", "movielens", "--where", "age=20", stdin=subprocess.DEVNULL, code=64)
    assert "3 points of 'movielens' would be deleted; say --yes" in refused.stderr
    for answer, code, left in [("n\n", 1, "6\n"), ("\n", 1, "6\n"), ("y\n", 0, "3\n")]:
        session = TerminalSession(store, "delete", "movielens", "--where", "age=20")
        session.read("Delete 3 points of 'movielens'? [y/N] ")
        session.type(answer)
        assert session.end() == code, session.text
        assert run(store, "count", "movielens").stdout == left
    assert run(store, "delete", "movielens", "--where", "age=21", "--yes").stdout == "3 points deleted\n"
    none = run(store, "delete", "movielens", "--where", "age=21")
    assert none.stdout == "0 points deleted\n" and "'movielens' is empty" in none.stderr


def test_facets_with_an_index_and_without(store):
    plain = run(store, "facet", "movies", "genres").stdout
    assert [line.split()[:2] for line in plain.splitlines()] == \
        [["genres", "points"], ["Drama", "5"], ["War", "5"]]
    before = json.loads(run(store, "facet", "movielens", "age", "--where", 'zip!="01"', "--json").stdout)
    assert before == {"hits": [{"value": 20, "count": 3}, {"value": 21, "count": 2}]}
    httpx.put(store.url + "/collections/movielens/index?wait=true",
              json={"field_name": "age", "field_schema": "integer"})
    assert json.loads(run(store, "facet", "movielens", "age", "--where", 'zip!="01"', "--json").stdout) == before
    unknown = run(store, "facet", "movielens", "agee")
    assert unknown.stdout == "" and "did you mean 'age'?" in unknown.stderr


def test_empty_answers_say_why(store):
    for arguments, words in [
        (["--like", "matrix", "--where", "agee=20"], "has a payload key 'agee'; did you mean 'age'?"),
        (["--like", "matrix", "--where", "height=20"], "has a payload key 'height'; there are: age, zip"),
        (["--like", "matrix", "--where", "age=99"], "has age=99; there are: 20, 21"),
        (["--like", "matrix", "--where", "zip=1"], """quotes make: --where 'zip="1"'"""),
        (["--like", "matrix", "--where", "age=20", "--where", 'zip="01"'], "passes all of: age=20, zip="),
        (["--like", "matrix", "--item-where", "genres=Noir"], "no movie of 'movies' has genres=Noir"),
        (["--like", "toy story", "--method", "neighbors"], 'nobody has rated "Toy Story (1995)"'),
        (["--like", "77", "--method", "neighbors"], "nobody has rated movie 77, which 'movies' does not have"),
        (["--like", "matrix", "--offset", "50"], "there are no more than 50 to recommend"),
    ]:
        done = run(store, "recommend", *arguments)
        assert words in done.stderr and done.stdout == "", done.stderr
    for command in ["scroll", "count"]:
        assert "did you mean 'age'?" in run(store, command, "movielens", "--where", "aeg=1").stderr
    assert "has any of these dimensions" in run(store, "query", "movielens", "--vector", "9:1").stderr
    httpx.put(store.url + "/collections/movielens/points?wait=true", json={"points": [
        {"id": 50, "vector": {"ratings": {"indices": [], "values": []}}}]})
    assert "user 50 has rated nothing" in run(store, "recommend", "--user", 50).stderr
    assert json.loads(run(store, "recommend", "--like", "matrix", "--where", "age=9", "--json").stdout)


def test_recommend_says_what_it_understood_and_why(store):
    done = run(store, "recommend", "--like", "matrix", "--dislike", "2", "--explain")
    assert done.stderr == 'liked: "Matrix, The (1999)"; disliked: "Titanic (1997)"\n'
    assert "you rated Matrix, The (1999) +" in done.stdout
    first = " ".join(done.stdout.split("\n2 ")[0].split())
    contributions = re.findall(r"user \d \(similarity \d\.\d{3}\) \+(\d\.\d+)", first)
    assert len(contributions) == 5 and contributions == sorted(contributions, reverse=True)
    assert "; 1 other +" in first
    both = run(store, "recommend", "--user", 3, "--like", "toy story", "--include-rated", "--json")
    neighbors = [neighbor["id"] for neighbor in json.loads(both.stdout)["neighbors"]]
    assert neighbors and 3 not in neighbors
    assert run(store, "recommend", "--user", 3, "--like", "toy story").stderr.startswith(
        'for user 3; liked: "Toy Story (1995)"\n')
    typo = run(store, "recommend", "--like", "matirx", code=1).stderr
    assert typo.endswith("near are:\n  1  Matrix, The (1999)\n")


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("variables", [{}, {"NO_COLOR": "1"}])
def test_what_is_shown_fits_the_terminal(store, width, variables):
    for arguments in [["recommend", "--user", 1, "--include-rated", "--explain"], ["scroll", "movies"],
                      ["get", "movielens", 1, 2, "--vectors"], ["facet", "movies", "title"], ["stats"],
                      ["collections"], ["top", "--count", 2, "--interval", 0.1]]:
        session = TerminalSession(store, *arguments, width=width, **variables)
        assert session.end() == 0, session.text
        lines = shown(session.text)
        assert max(map(columns, lines)) <= width, lines
        if variables:
            assert not re.search(r"\x1b\[[0-9;]*m", session.text)
        if "recommend" in arguments:
            # Scores are whole.
            assert all(re.search(r"\d\.\d{6}", line) for line in lines if re.match(r" *\d  ", line))
            if width == 200:
                assert any("千と千尋の神隠し千と千尋の神隠し (2001)" in line for line in lines)


def test_top_ends_well(store):
    session = TerminalSession(store, "top", "--interval", 0.1)
    session.read("in 0.1 s")
    session.type("\x03")
    session.process.send_signal(signal.SIGINT)
    assert session.end() == 0
    assert "requests" in session.text and "movielens" in session.text
    snapshots = run(store, "top", "--count", 2, "--interval", 0.1, "--json").stdout.splitlines()
    assert json.loads(snapshots[0])["points"] == 11 and len(snapshots) == 2
    assert run(store, "top", "--count", 1).stdout.startswith("time=")
    run(store, "top", "--interval", 0, code=64)
    store.stop()
    run(store, "top", code=69)


def test_what_does_not_exist_is_told_with_what_does():
    for arguments, words in [(["recomend"], "did you mean 'recommend'?"), (["load", "rating"], "'ratings'"),
                             (["recommend", "--lke", "x"], "did you mean '--like'?"),
                             (["help", "statz"], "did you mean 'stats'?")]:
        done = run(None, *arguments, code=64)
        assert words in done.stderr and done.stdout == ""


def test_a_full_device_is_an_error_and_a_closed_pipe_is_none(store):
    with open("/dev/full", "w") as full:
        for arguments in [["scroll", "movies"], ["--help"], ["stats", "--json"], ["help", "load"],
                          ["--generate-completion-script", "bash"], ["count", "movies"], ["--version"]]:
            done = subprocess.run([os.environ["KINDRED"], *arguments], stdout=full, stderr=subprocess.PIPE,
                                  text=True, env=environment(store))
            assert done.returncode == 74, arguments
            assert done.stderr == "kindred: cannot write the output: No space left on device\n"
    lines = "\n".join(json.dumps({"id": id, "payload": {"text": "x" * 100}}) for id in range(5000))
    run(store, "put", "movies", input=lines)
    for arguments in ["scroll movies --limit 5000", "top --interval 0.1", "--help"]:
        done = subprocess.run(["bash", "-c", f"set -o pipefail; {os.environ['KINDRED']} {arguments} | head -1"],
                              capture_output=True, text=True, env=environment(store), timeout=60)
        assert done.returncode == 0 and len(done.stdout.splitlines()) == 1, done.stderr
        assert "cannot" not in done.stderr and "Broken" not in done.stderr


def test_an_interrupted_load_says_what_is_kept(daemon, tmp_path):
    run(None, "generate", "movielens", tmp_path / "set", "--users", 4000)
    session = TerminalSession(daemon, "load", "movielens", tmp_path / "set", "--batch-size", "1")
    session.read(" left")
    session.process.send_signal(signal.SIGINT)
    assert session.end() == 130, session.text
    words = re.search(r"interrupted; ([\d,]+) of ([\d,]+) ratings were acknowledged and are kept",
                      session.text)
    assert words, session.text
    kept = int(words.group(1).replace(",", ""))
    points = httpx.post(daemon.url + "/collections/movielens/points/scroll",
                        json={"limit": 5000, "with_vector": True, "with_payload": False}).json()
    stored = sum(len(point["vector"]["ratings"]["indices"]) for point in points["result"]["points"])
    assert 0 < kept <= stored
    assert run(daemon, "load", "movielens", tmp_path / "set").returncode == 0


def test_what_the_system_refuses_is_said_in_our_words(daemon, tmp_path):
    taken = run(None, "serve", "--data-dir", tmp_path / "d", "--http", f"127.0.0.1:{daemon.port}", code=1)
    assert "another process does already" in taken.stderr and "--http" in taken.stderr
    second = run(None, "serve", "--data-dir", daemon.directory, code=69)
    assert "in use" in second.stderr
    nowhere = run(None, "serve", "--data-dir", tmp_path / "a" / "b", code=1)
    assert f"mkdir -p '{tmp_path / 'a'}'" in nowhere.stderr
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        probe.listen()
        foreign = run(None, "serve", "--data-dir", tmp_path / "d", "--http", "127.0.0.1:%d"
                      % probe.getsockname()[1], code=1)
        assert "another process does already" in foreign.stderr


def test_who_may_use_the_socket_is_said(daemon):
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("needs to become somebody else")
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", os.environ["KINDRED"]]
    if subprocess.run([*nobody, "--version"], capture_output=True).returncode != 0:
        pytest.skip("nobody cannot run it")

    def refusal():
        done = subprocess.run([*nobody, "stats", "--data-dir", daemon.directory], capture_output=True,
                              text=True, env=environment())
        assert done.returncode == 69, done.stdout + done.stderr
        return done.stderr

    assert f"no permission to enter '{daemon.directory}', which belongs to the user root" in refusal()
    os.chmod(daemon.directory, 0o711)
    assert "no permission to use" in refusal() and "`socket-group`" in refusal()
    os.chmod(daemon.socket_path, 0o660)
    assert "usermod -aG root" in refusal()


def test_stats_collections_and_check_agree(store):
    httpx.post(store.url + "/flush")
    run(store, "put", "movies", '{"id":70}', '{"id":71}')
    stats = {each["name"]: each for each in json.loads(run(store, "stats", "--json").stdout)["collections"]}
    assert (stats["movies"]["points"], stats["movies"]["memtable_points"]) == (7, 2)
    assert re.search(r"^movies +7 +2 +1 ", run(store, "stats").stdout, re.M)
    assert re.search(r"^movies +7 +2 +1$", run(store, "collections").stdout, re.M)
    report = json.loads(run(store, "check", "--json").stdout)
    assert (report["collections"], report["points"], report["log_points"]) == (2, 11, 2)
    run(store, "collections", "create", "late")
    assert json.loads(run(store, "check", "--json").stdout)["collections"] == 3
    compacted = run(store, "compact", "movies")
    assert re.search(r"^movies: 1 segment, .* → 1 segment, ", compacted.stdout)


def test_manual_pages_and_completions_know_every_command(tmp_path):
    manual = os.path.join(os.path.dirname(__file__), "../../tools/packaging/manual.py")
    subprocess.run(["python3", manual, os.environ["KINDRED"], str(tmp_path)], check=True)
    pages = {page.name for page in tmp_path.iterdir()}
    names = ["get", "put", "scroll", "count", "facet", "delete", "top"]
    assert {f"kindred-{name}.1" for name in names} <= pages
    assert "--interval" in (tmp_path / "kindred-top.1").read_text().replace("\\-", "-")
    for shell in ["bash", "zsh", "fish"]:
        script = run(None, "--generate-completion-script", shell).stdout
        assert all(re.search(rf"\b{name}\b", script) for name in names)
        checker = shutil.which(shell)
        if checker:
            subprocess.run([checker, "-n"], input=script, text=True, check=True)
