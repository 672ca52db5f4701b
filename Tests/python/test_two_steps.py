"""The same commands where there is no `recommend`: a search for the nearest people, and the sum of their
vectors, give what Kindred gives with `"method": "notebook"`."""
import json
import random

import pytest

from collections_for_tests import Server, mixed, plain, unnamed
from conftest import running_daemon
from servers import passing_on, server, without_own_endpoints
from test_remote import run


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A set in which some items nobody rates, and one user rates nothing."""
    folder = tmp_path_factory.mktemp("set")
    rng = random.Random(5)
    rows = ["user,item,rating"]
    for user in range(1, 400):
        for item in {min(int(rng.expovariate(0.02)) + 1, 500) for _ in range(rng.randrange(1, 60))}:
            rows.append(f"{user},{item},{rng.randrange(1, 11) / 2}")
    (folder / "r.csv").write_text("\n".join(rows))
    (folder / "items.csv").write_text("item,title,genres\n" + "".join(
        f"{i},Film {i} ({1950 + i % 50}),{rng.choice(['Comedy', 'Drama', 'Comedy|Drama'])}\n"
        for i in range(1, 520)))
    (folder / "users.csv").write_text("user,age\n" + "".join(f"{i},{20 + i % 5}\n" for i in range(1, 403)))
    return folder


def load(files, url, *options):
    return run("load", "ratings", files / "r.csv", "--items", files / "items.csv", "--users",
               files / "users.csv", "--collection", "movielens", "--catalogue", "movies", "--url", url, *options)


@pytest.fixture(scope="module")
def kindred(files):
    with running_daemon() as daemon:
        load(files, daemon.url)
        yield daemon


@pytest.fixture(scope="module")
def hidden(kindred):
    with server(passing_on(kindred.url, without_own_endpoints)) as url:
        yield url


ASKED = [
    ["--like", 3, "--like", 8, "--dislike", 20], ["--like", "film 3 1953", "--limit", 30],
    ["--user", 42], ["--user", 42, "--like", 8, "--dislike", 3], ["--user", 401], ["--user", 7, "--include-rated"],
    ["--like", 5, "--where", "age=21", "--where", "age!=22"], ["--user", 9, "--where", "age>=23"],
    ["--like", 5, "--item-where", "genres=Comedy", "--limit", 40, "--offset", 3],
    ["--like", 5, "--item-where", "genres=Western"], ["--like", 5, "--exclude", 1, "--exclude", 2],
    ["--like", 5, "--neighbors", 3, "--offset", 10], ["--like", 5, "--min-neighbors", 4],
    ["--like", 5, "--dislike", 6, "--explain"], ["--user", 12, "--explain", "--limit", 3],
    ["--like", 4_000_000_000], ["--dislike", 1, "--dislike", 2, "--limit", 1000], ["--like", 5, "--where", "age=99"],
]


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: " ".join(map(str, asked)))
def test_the_same_answers_as_the_notebooks_method(kindred, hidden, asked):
    asked = ["recommend", "--method", "notebook", *asked]
    own = run(*asked, "--json", "--url", kindred.url)
    other = run(*asked, "--json", "--url", hidden)
    assert json.loads(other.stdout) == json.loads(own.stdout)
    assert other.stderr == own.stderr.replace(kindred.url, hidden)
    table = run(*asked, "--url", hidden)
    assert table.stdout == run(*asked, "--url", kindred.url).stdout


def test_methods_that_need_kindred_say_so(kindred, hidden):
    at = ["--url", hidden]
    default = run("recommend", "--like", 5, *at)
    assert "has no recommendations of its own: made by --method notebook" in default.stderr
    assert default.stdout == run("recommend", "--like", 5, "--method", "notebook", *at).stdout
    for method in ["neighbors", "items", "popular"]:
        refused = run("recommend", "--like", 5, "--method", method, *at, code=1)
        assert f"only --method notebook can be made of its searches, not {method}" in refused.stderr
    for option in [["--user", 1, "--user", 2], ["--similar-to", 5], ["--like", 5, "--model", "items"]]:
        assert "cannot be made" in run("recommend", *option, *at, code=1).stderr
    assert "it is not a Kindred daemon" in run("train", *at, code=1).stderr
    for option in ["--diversity", "--new-items", "--similarity-power", "--shrinkage", "--popularity"]:
        assert "cannot be made" in run("recommend", "--like", 5, option, 0.5, *at, code=1).stderr
    assert "there is no user 9999" in run("recommend", "--user", 9999, *at, code=1).stderr
    assert "none" in run("recommend", "--like", 5, "--collection", "none", *at, code=1).stderr


def test_loads_are_of_the_api_alone(files, hidden, kindred):
    """Of everything that is sent while loading, recommending and copying, a Qdrant server knows all but
    what is asked to find out whether it is one."""
    seen = set()

    def look(call):
        seen.add((call.method, call.target))
        return without_own_endpoints(call)

    with running_daemon() as daemon, server(passing_on(daemon.url, look)) as url:
        assert "kindred train" not in load(files, url, "--shards", 4, "--replicas", 2).stdout
        run("recommend", "--like", 5, "--url", url)
        config = Server(daemon.url).described("movielens")[0]["params"]
        assert (config["shard_number"], config["replication_factor"]) == (4, 2)
        assert Server(daemon.url).points("movielens") == Server(kindred.url).points("movielens")
        own = {target for _, target in seen if without_own_endpoints(type("Call", (), {"target": target}))}
        assert own == {
            "/stats", "/collections/movielens/recommend", "/collections/movielens/item-model/items"}
        assert "kindred train" in load(files, daemon.url).stdout


# MARK: Qdrant's own engine


@pytest.fixture(scope="module")
def engine():
    from edge_server import edge_server
    with edge_server() as url:
        yield url


@pytest.fixture(scope="module")
def loaded(engine, files):
    done = load(files, engine, "--shards", 2)
    assert "no effect" not in done.stderr
    # Again is an update, as everywhere.
    load(files, engine)
    return engine


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: " ".join(map(str, asked)))
def test_the_same_answers_from_qdrants_engine(kindred, loaded, asked):
    asked = ["recommend", "--method", "notebook", *asked, "--json"]
    own = json.loads(run(*asked, "--url", kindred.url).stdout)
    other = json.loads(run(*asked, "--url", loaded).stdout)
    # It sums similarities in 32 bits; which of two equally near neighbours comes first, and which of them
    # is the last that is asked, is its own affair.
    scores = [neighbor["score"] for neighbor in own["neighbors"]]
    assert [neighbor["score"] for neighbor in other["neighbors"]] == pytest.approx(scores, rel=1e-5)
    ours, theirs = ([neighbor["id"] for neighbor in answer["neighbors"]] for answer in (own, other))
    for place, score in enumerate(scores[:-1]):
        alone = all(abs(score - near) > 1e-5 * abs(score) for index, near in enumerate(scores) if index != place)
        if alone:
            assert theirs[place] == ours[place]
    if ours == theirs:
        assert other["items"] == own["items"]


def test_other_commands_at_qdrants_engine(loaded):
    at = ["--url", loaded]
    assert run("count", "movielens", *at).stdout == "402\n"
    assert "movielens" in run("collections", *at).stdout
    run("scroll", "movielens", "--where", "age=21", *at)
    run("query", "movielens", "--vector", "3:1", *at)
    run("get", "movies", 3, *at)
    run("put", "movies", '{"id": 1000, "payload": {"title": "New"}}', *at)
    run("delete", "movies", 1000, *at)
    assert run("facet", "movies", "genres", *at, code=1).stderr
    assert "it is not a Kindred daemon" in run("rate", "--user", 1, "--rating", "1=1", *at, code=1).stderr
    assert run("export", "movielens", "--ratings", *at).stdout.count("\n") > 1000


def test_there_and_back(engine, tmp_path):
    with running_daemon() as first, running_daemon() as second:
        one, two = Server(first.url), Server(second.url)
        for make in (mixed, unnamed, plain):
            make(one)
        # Its text index takes no parameters through this front.
        run("copy", first.directory, engine)
        for name in ("mixed", "one", "plain"):
            done = run("copy", f"{engine}/{name}", second.directory)
            assert "compared are equal" in done.stdout
            ours, theirs = one.points(name), two.points(name)
            for point in [*ours, *theirs]:
                for vector in point["vector"].values() if isinstance(point["vector"], dict) else []:
                    if isinstance(vector, list) and len(vector) == 3:
                        vector[:] = [float(f"{value:.4g}") for value in vector]
            assert theirs == ours
            assert set(two.described(name)[1]) == set(one.described(name)[1])
        run("export", "mixed", "--url", engine, "--output", tmp_path / "mixed.jsonl")
        run("load", "points", tmp_path / "mixed.jsonl", "--collection", "again", "--url", second.url)
        assert two.count("again") == 230
