"""What tools/bench computes itself: points, queries, people held out, the report. No figure is measured."""
import importlib
import json
import math
import pathlib

import numpy
import pytest

TOOLS = pathlib.Path(__file__).resolve().parents[2] / "tools" / "Benchmarks"


@pytest.fixture(autouse=True)
def bench_on_the_path(monkeypatch):
    monkeypatch.syspath_prepend(str(TOOLS))
    # Peers' processes import it too.
    monkeypatch.setenv("PYTHONPATH", str(TOOLS))


def module(name):
    return importlib.import_module(f"bench.{name}")


STANZAS = """Package: zoo
Description-md5: 1
Description-en: Watch the animals
 Animals are watched here.
 .
 Lions, c++ and lions
Section: x

Package: empty
Section: y

Package: ant
Description: Builds java
 folded
"""


def test_descriptions_are_read_as_apt_keeps_them(tmp_path):
    debian = module("debian")
    with pytest.raises(debian.Missing, match="--apt-lists"):
        debian.read_descriptions(tmp_path)
    (tmp_path / "mirror_dists_stable_i18n_Translation-en").write_text(STANZAS)
    assert debian.read_descriptions(tmp_path) == [
        ("ant", "Builds java", "folded"),
        ("zoo", "Watch the animals", "Animals are watched here.\n.\nLions, c++ and lions")]


def test_dot_products_are_bm25():
    debian = module("debian")
    packages = list(debian.parse_descriptions(STANZAS))
    collection = debian.Collection(packages)
    words = [debian.words_of(" ".join(package)) for package in packages]
    assert words[0] == ["zoo", "watch", "animals", "animals", "watched", "here", "lions", "c++", "lions"]
    mean = sum(map(len, words)) / 2
    lions = collection.number_of["lions"]
    dimensions, weights = collection.points.row(0)
    assert dimensions.tolist() == sorted(set(collection.number_of[word] for word in words[0]))
    norm = 1.2 * (0.25 + 0.75 * 9 / mean)
    assert weights[dimensions.tolist().index(lions)] == pytest.approx(2 * 2.2 / (2 + norm))
    assert collection.idf(lions) == pytest.approx(math.log(1 + 1.5 / 1.5))
    # Too short to ask with.
    assert collection.short_queries() == []


def test_points_are_written_and_read(tmp_path):
    data = module("data")
    points = data.points_of(
        numpy.array([0, 0, 2, 0]), numpy.array([7, 3, 4000000000, 7]),
        numpy.array([1, -2, 0.5, 9]), 3, [{"age": 25}])
    points.write(tmp_path / "points")
    read = data.read_points(tmp_path / "points")
    assert (read.count, read.postings, read.payloads) == (3, 3, [{"age": 25}])
    assert [part.tolist() for part in read.row(0)] == [[3, 7], [-2, 9]]
    assert [part.tolist() for part in read.row(1)] == [[], []]
    assert [part.tolist() for part in read.row(2)] == [[4000000000], [0.5]]


def test_random_users_are_asked_with_what_they_rated():
    data, queries = module("data"), module("queries")
    points = data.synthetic_movielens()
    for length in (11, 100):
        drawn = queries.user_queries(points, length)
        assert len(drawn) == 200 and all(len(query) == length for query in drawn)
        assert all(list(query) == sorted(query) for query in drawn)
    assert drawn == queries.user_queries(points, 100)
    stored = {tuple(points.row(row)[0].tolist()) for row in range(points.count)}
    assert all(tuple(query) in stored for query in queries.user_queries(points, None))
    assert queries.user_queries(points, 4000) == []


def test_nobody_is_both_learnt_from_and_asked():
    people = module("people")
    random = numpy.random.default_rng(2)
    users = numpy.repeat(numpy.arange(50), 20)
    movies = numpy.concatenate([random.choice(300, 20, replace=False) for _ in range(50)])
    ratings = people.Ratings(users, movies, random.integers(1, 6, 1000))
    train, held = ratings.split(10, seed=0)
    assert len(held) == 10 and len(set(train.users.tolist())) == 40 and len(train.users) == 800
    assert all(len(person.movies) == 16 for person in held)
    assert not any(person.relevant & set(person.movies.tolist()) for person in held)
    stars = {(user, movie): star for user, movie, star in zip(users, movies, ratings.stars)}
    for person in held:
        assert any(all(stars.get((user, movie), 0) >= 4 for movie in person.relevant) and
                   all(stars.get((user, movie)) == star
                       for movie, star in zip(person.movies, person.stars))
                   for user in range(50))
    again = ratings.split(10, seed=0)[1]
    assert [person.movies.tolist() for person in again] == [person.movies.tolist() for person in held]


def test_ndcg():
    people = module("people")
    assert people.ndcg([1, 2, 3], {1, 2, 3}) == 1
    assert people.ndcg([4, 5], {1}) == 0
    assert people.ndcg([4, 1], {1}) == pytest.approx(1 / math.log2(3))
    assert people.ndcg([*range(10, 20), 1], {1}) == 0
    assert people.ndcg(list(range(10)), set(range(30))) == pytest.approx(1)
    people_ = [people.Person(numpy.array([9]), numpy.array([5]), numpy.array([9]))]
    people_[0].relevant = frozenset({1})
    assert people.mean_ndcg([[1]], people_) == (1, 0)
    people_[0].relevant = frozenset()
    with pytest.raises(ValueError):
        people.mean_ndcg([[1]], people_)


def test_a_report_says_how_many_times_better(tmp_path, capsys):
    report = module("report")
    made = report.Report()
    times = report.Samples([[3, 1, 2], [9, 7, 8]])
    assert (times.best, times.median, times.p99) == (4, 5, 9)
    made.add("search", times, report.Samples.of([50, 60, 40]), goal=1 / 20, peer_name="Peer", agreement=0.5)
    made.add("rate", 100, 50, "1/s", more=True, latency=(10, 20))
    made.add("alone", 3, None, "s", goal=2)
    made.table("Titles", ["a", "b"], [["1", "2"]])
    made.notes.append("A note.")
    shown = made.markdown()
    assert "| search | 4 µs | 5 µs | 9 µs | Peer (50.0% of the hits are right) | 40 µs | 50 µs | 10.00 | " \
        "≥ 20 (missed) | – |" in shown
    assert "| rate | 100 1/s | 100 1/s | one answer 10, p99 20 µs | – | 50 1/s | 50 1/s | 2.00 |" in shown
    assert "≤ 2 (missed)" in shown and "| a | b |\n| --- | --- |\n| 1 | 2 |" in shown
    made.write_json(tmp_path / "figures.json")
    figure = json.loads((tmp_path / "figures.json").read_text())["figures"][0]
    assert (figure["ours"], figure["ours_best"], figure["peer"], figure["ratio"]) == (5, 4, 50, 0.1)


def test_a_busy_machine_is_said_to_be_busy():
    quiet = module("machine").Quiet()
    quiet.samples.append({"load": 0.1, "share": 0.01, "spread": 0.05})
    assert quiet.warning() is None
    for sample in ({"load": 0.1, "share": 0.5, "spread": 0.05}, {"load": 0, "share": None, "spread": 0.9}):
        quiet.samples[1:] = [sample]
        assert "busy" in quiet.warning()
    assert set(quiet.sample()) == {"load", "share", "spread"}


def test_a_peer_that_cannot_be_had_is_missing(tmp_path, monkeypatch):
    peers = module("peers")
    monkeypatch.setitem(peers.PEERS, "Nobody", ("no_such_module", {}, None))
    with pytest.raises(peers.Missing, match="not installed"):
        peers.Peer("Nobody", tmp_path / "nobody")
    # Breaks on arguments that it does not take.
    (tmp_path / "scipy").mkdir()
    (tmp_path / "scipy" / "__init__.py").write_text("")
    (tmp_path / "scipy" / "sparse.py").write_text("")
    monkeypatch.setenv("PYTHONPATH", f"{TOOLS}:{tmp_path}")
    monkeypatch.setitem(peers.PEERS, "Odd", ("columns", {"no": 1}, None))
    with pytest.raises(peers.Missing, match="does not start"):
        peers.Peer("Odd", tmp_path / "odd")


def test_a_peer_that_dies_or_errs_takes_nothing_with_it(tmp_path, monkeypatch):
    peers = module("peers")
    package = tmp_path / "scipy"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "sparse.py").write_text("import os\ndef csr_matrix(*a, **k): os._exit(3)\n")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{TOOLS}")
    points = module("data").points_of(
        numpy.array([0]), numpy.array([1]), numpy.array([1.0]), 1, [{}])
    points.write(tmp_path / "points")
    peer = peers.Peer("scipy", tmp_path / "folder")
    with pytest.raises(peers.Missing, match="load: FileNotFoundError"):
        peer.ask("load", path=str(tmp_path / "nowhere"))
    with pytest.raises(peers.Missing, match="ended during load, status 3"):
        peer.ask("load", path=str(tmp_path / "points"))
    peer.close()


def test_programs_that_are_not_there(tmp_path, monkeypatch):
    servers = module("servers")
    monkeypatch.setenv("BENCH_TOOLS", str(tmp_path))
    with pytest.raises(servers.Missing, match="no no-such-server"):
        servers.program("no-such-server")
    program = tmp_path / "usr" / "sbin" / "no-such-server"
    program.parent.mkdir(parents=True)
    program.write_text("")
    assert servers.program("no-such-server")[0] == str(program)


def test_goals_are_set_for_what_is_measured():
    goals = module("goals")
    assert set(goals.SEARCH) >= set(module("queries").notebook_queries())
    assert set(goals.FILTERED) == set(module("queries").FILTERS)
    assert [goals.at((7, 5), copies) for copies in (1, 2, 33)] == [7, None, 5]
    report = module("report")
    reached, missed = {"goal": goals.ratio(10), "ratio": 0.09, "more": False}, {
        "goal": goals.ratio(10), "ratio": 0.11, "more": False}
    assert report._goal(reached) == "≥ 10" and report._goal(missed) == "≥ 10 (missed)"
    assert report._goal({"goal": goals.ratio(None), "ratio": 1, "more": False}) == "–"
