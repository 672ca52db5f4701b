"""`kindred evaluate` and `kindred tune` as people use them, against a plain computation of the same."""
import json
import math
import os
import pathlib
import random
import signal
import subprocess
import time
import xml.etree.ElementTree as ElementTree

import httpx
import numpy
import pytest
from test_command_line import TerminalSession, environment, run
from test_full_disk import can_mount

USERS, HELD_OUT = 700, 120


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory):
    folder = tmp_path_factory.mktemp("synthetic") / "set"
    run(None, "generate", "movielens", folder, "--users", USERS, "--seed", 5)
    return folder


@pytest.fixture
def scratch(tmp_path):
    """What a command uses as its TMPDIR: everything is to be gone from there when it has ended."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    yield folder
    assert not list(folder.iterdir())


def command(scratch, name, *arguments, code=0, daemon=None):
    done = subprocess.run(
        [os.environ["KINDRED"], name, *map(str, arguments)], capture_output=True, text=True, timeout=300,
        env=environment(daemon, TMPDIR=str(scratch)))
    assert done.returncode == code, (arguments, done.stdout, done.stderr)
    return done


def evaluate(scratch, *arguments, **options):
    done = command(scratch, "evaluate", *arguments, "--json", "--no-progress", **options)
    return json.loads(done.stdout) if done.stdout else done


def result(report, method, length="all"):
    found = [entry for entry in report["results"]
             if entry["method"] == method and entry["query_items"] == length]
    assert len(found) == 1
    return found[0]


# The same, computed plainly.


class SplitMix64:
    def __init__(self, seed):
        self.state = seed

    def next(self):
        mask = (1 << 64) - 1
        self.state = (self.state + 0x9E3779B97F4A7C15) & mask
        z = self.state
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & mask
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB & mask
        return z ^ (z >> 31)

    def shuffle(self, elements):
        for index in range(len(elements) - 1, 0, -1):
            other = int((self.next() >> 11) * 2.0 ** -53 * (index + 1))
            elements[index], elements[other] = elements[other], elements[index]


class Protocol:
    """Who is held out, what is known of them, and everybody else."""

    def __init__(self, folder, seed, count):
        table = [list(map(int, line.split("::"))) for line in open(folder / "ratings.dat")]
        by_user = {}
        for user, item, stars, _ in table:
            by_user.setdefault(user, {})[item] = stars
        users = sorted(by_user)
        generator = SplitMix64(seed)
        candidates = [user for user in users if len(by_user[user]) > 1]
        generator.shuffle(candidates)
        self.people = []
        for user in candidates[:count]:
            ratings = sorted(by_user[user].items())
            generator.shuffle(ratings)
            known = min(max(1, len(ratings) * 8 // 10), len(ratings) - 1)
            relevant = {item for item, stars in ratings[known:] if stars >= 4}
            self.people.append((user, ratings[:known], relevant))
        held_out = set(candidates[:count])
        self.others = {user: by_user[user] for user in users if user not in held_out}
        self.items = sorted({item for ratings in self.others.values() for item in ratings})
        self.raters = {item: 0 for item in self.items}
        for ratings in self.others.values():
            for item in ratings:
                self.raters[item] += 1
        stars = numpy.array([row[2] for row in table], float)
        self.mean, self.deviation = stars.mean(), stars.std(ddof=1)
        genres = {}
        for line in open(folder / "movies.dat", encoding="latin-1"):
            movie, _, names = line.rstrip("\n").split("::")
            genres[int(movie)] = set(names.split("|"))
        self.genres = genres

    def popular(self, known):
        """Most raters first, of as many the higher id."""
        seen = {item for item, _ in known}
        return sorted((item for item in self.items if item not in seen),
                      key=lambda item: (-self.raters[item], -item))[:100]

    def neighbors(self):
        """A function of what is known: docs/guide/recommendation.md, word for word."""
        place = {item: index for index, item in enumerate(self.items)}
        matrix = numpy.zeros((len(self.others), len(self.items)))
        weights = {stars: numpy.float32((stars - self.mean) / self.deviation) for stars in range(1, 6)}
        mapped = {stars: 0.2 + 0.8 * float(weights[stars] - weights[1]) / float(weights[5] - weights[1])
                  for stars in weights}
        for row, ratings in enumerate(self.others.values()):
            for item, stars in ratings.items():
                matrix[row, place[item]] = mapped[stars]
        ids = numpy.array(list(self.others))
        raters = numpy.array([self.raters[item] for item in self.items], float)
        idf = numpy.maximum(numpy.log(len(self.others) / raters), 0.01)
        norms = numpy.linalg.norm(matrix, axis=1)

        def recommend(known):
            query = numpy.zeros(len(self.items))
            for item, stars in known:
                if item in place:
                    query[place[item]] = mapped[stars] * idf[place[item]]
            similarity = (matrix @ query / (norms * numpy.linalg.norm(query))).astype(numpy.float32)
            nearest = numpy.lexsort((-ids, -similarity))[:80]
            nearest = nearest[similarity[nearest] > 0]
            sums = similarity[nearest].astype(float) @ matrix[nearest]
            counts = (matrix[nearest] > 0).sum(axis=0)
            scores = sums / raters ** 0.1
            seen = {item for item, _ in known}
            order = [index for index in numpy.argsort(-scores, kind="stable")
                     if counts[index] > 0 and self.items[index] not in seen]
            return [self.items[index] for index in order[:100]]

        return recommend


def measures(protocol, lists):
    """All measures of a list for each person: (value, half of the interval) by name."""
    items, people = protocol.items, len(protocol.others)
    most = set(sorted(items, key=lambda item: (-protocol.raters[item], item))[
        :max(1, (len(items) + 50) // 100)])
    rows = []
    for found, (_, _, relevant) in lists:
        hits = [item in relevant for item in found]
        gain = lambda depth: sum(1 / math.log2(rank + 2) for rank, hit in enumerate(hits[:depth]) if hit)
        ideal = lambda depth: sum(1 / math.log2(rank + 2) for rank in range(min(depth, len(relevant))))
        pairs = [1 - len(protocol.genres[a] & protocol.genres[b]) / len(protocol.genres[a] | protocol.genres[b])
                 for index, a in enumerate(found[:10]) for b in found[index + 1:10]]
        rows.append({
            "ndcg@10": gain(10) / ideal(10), "ndcg@100": gain(100) / ideal(100),
            "recall@20": sum(hits[:20]) / len(relevant), "recall@50": sum(hits[:50]) / len(relevant),
            "map": sum(sum(hits[:rank + 1]) / (rank + 1) for rank, hit in enumerate(hits) if hit)
            / min(len(relevant), 100),
            "mrr": next((1 / (rank + 1) for rank, hit in enumerate(hits) if hit), 0),
            "novelty": numpy.mean([-math.log2(protocol.raters[item] / people) for item in found[:10]]),
            "popular_share": numpy.mean([item in most for item in found[:10]]),
            "diversity": numpy.mean(pairs),
        })
    shown = [set(found[:10]) for found, _ in lists]
    coverage = len(set.union(*shown)) / len(items)
    return {name: numpy.array([row[name] for row in rows]) for name in rows[0]}, coverage


@pytest.mark.parametrize("seed", [0, 7])
def test_a_plain_computation_has_the_same_measures(synthetic, scratch, seed):
    report = evaluate(scratch, synthetic, "--users", HELD_OUT, "--seed", seed,
                      "--methods", "popular,neighbors", "--query-items", "5,all")
    protocol = Protocol(synthetic, seed, HELD_OUT)
    people = [person for person in protocol.people if person[2]]
    assert report["held_out"] == HELD_OUT and report["asked"] == len(people)
    assert report["relevant_from"] == 4

    expected, coverage = measures(
        protocol, [(protocol.popular(person[1]), person) for person in people])
    found = result(report, "popular")["measures"]
    quantile = {True: 1.984}  # Student's t for about as many people
    for name, values in expected.items():
        assert found[name]["value"] == pytest.approx(values.mean(), abs=1e-9), name
        half = quantile[True] * values.std(ddof=1) / math.sqrt(len(values))
        assert found[name]["high"] - found[name]["low"] == pytest.approx(2 * half, rel=0.01), name
    assert found["coverage"]["value"] == pytest.approx(coverage, abs=1e-12)

    # The scores of neighbours are rounded elsewhere here: single places may differ.
    recommend = protocol.neighbors()
    others, coverage = measures(protocol, [(recommend(person[1]), person) for person in people])
    found = result(report, "neighbors")["measures"]
    for name, values in others.items():
        assert found[name]["value"] == pytest.approx(values.mean(), abs=0.003), name
    assert found["coverage"]["value"] == pytest.approx(coverage, abs=0.003)
    difference = others["ndcg@10"] - expected["ndcg@10"]
    assert found["ndcg@10"]["difference"]["value"] == pytest.approx(difference.mean(), abs=0.003)
    half = 1.984 * difference.std(ddof=1) / math.sqrt(len(people))
    assert (found["ndcg@10"]["difference"]["high"] - found["ndcg@10"]["difference"]["low"]
            == pytest.approx(2 * half, rel=0.03))

    # What a shorter query does not have is no candidate either: the same answers are looked for.
    short = result(report, "popular", 5)["measures"]
    assert short["ndcg@10"] == result(report, "popular")["measures"]["ndcg@10"]
    expected_short, _ = measures(protocol, [
        ([item for item in recommend(person[1][:5])
          if item not in {known for known, _ in person[1]}], person) for person in people])
    found = result(report, "neighbors", 5)["measures"]
    assert found["ndcg@10"]["value"] == pytest.approx(expected_short["ndcg@10"].mean(), abs=0.003)


def test_a_collection_is_measured_as_its_files_are_and_not_changed(synthetic, scratch, daemon):
    run(daemon, "load", "movielens", synthetic, "--no-progress")

    def everything():
        answer = httpx.post(daemon.url + "/collections/movielens/points/scroll", json={
            "limit": 10_000, "with_vector": True, "with_payload": True}).json()["result"]
        names = httpx.get(daemon.url + "/collections").json()["result"]
        return answer, names, httpx.get(daemon.url + "/stats").json()["result"]["syncs"]["count"]

    before = everything()
    options = ["--users", HELD_OUT, "--query-items", "11,all"]
    ours = evaluate(scratch, *options, daemon=daemon)
    assert everything() == before
    files = evaluate(scratch, synthetic, *options)
    for report in [ours, files]:
        del report["source"], report["training_seconds"]
        for entry in report["results"]:
            del entry["median_seconds"]
    assert ours == files
    assert [entry["method"] for entry in ours["results"]] == 2 * [
        "popular", "notebook", "neighbors", "items", "auto"]
    assert all("diversity" in entry["measures"] for entry in ours["results"])


def test_seeds_are_draws_and_the_same_seed_is_the_same(synthetic, scratch):
    options = [synthetic, "--users", 60, "--methods", "popular,neighbors"]
    first, again, other = (evaluate(scratch, *options, "--seed", seed) for seed in ["3", "3", "4"])
    for report in [first, again, other]:
        for entry in report["results"]:
            del entry["median_seconds"]
    assert first == again and first["results"] != other["results"]
    both = evaluate(scratch, *options, "--seed", "3,4")
    assert both["seeds"] == [3, 4] and both["held_out"] == 120
    value = lambda report: result(report, "neighbors")["measures"]["ndcg@10"]["value"]
    mean = (value(first) * first["asked"] + value(other) * other["asked"]) / both["asked"]
    assert value(both) == pytest.approx(mean, abs=1e-12)


def ratings_file(path, rows, header="user,item,rating,time"):
    path.write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n")
    return path


def test_nobody_who_is_held_out_is_a_neighbour(tmp_path, scratch):
    """Everybody rates other items by chance: who finds them has looked at the answers."""
    chance = random.Random(2)
    rows = [(user, item, 5, 0) for user in range(1, 301)
            for item in chance.sample(range(1, 4001), 30)]
    path = ratings_file(tmp_path / "chance.csv", rows)
    report = evaluate(scratch, path, "--users", 100, "--scale", "binary")
    assert report["asked"] == 100
    for entry in report["results"]:
        assert entry["measures"]["recall@50"]["value"] < 0.06, entry


def test_time_decides_what_is_known_where_it_is_asked_to(tmp_path, scratch):
    # Ten items each, and liked are the last two.
    rows = [(f"user {user}", f"item {item}", 5 if item > 8 else 1, f"2024-05-{item:02} 12:00:00")
            for user in range(40) for item in range(1, 11)]
    random.Random(3).shuffle(rows)
    path = ratings_file(tmp_path / "times.csv", rows)
    report = evaluate(scratch, path, "--by-time", "--methods", "popular", "--users", 20)
    assert report["order"] == "time" and report["asked"] == report["held_out"] == 20
    assert result(report, "popular")["measures"]["ndcg@10"]["value"] == 1
    assert evaluate(scratch, path, "--methods", "popular", "--users", 20)["asked"] < 20


def test_times_of_movielens_sets_are_read(synthetic, scratch):
    by_time = evaluate(scratch, synthetic, "--by-time", "--methods", "popular", "--users", 50)
    assert by_time["order"] == "time"
    drawn = evaluate(scratch, synthetic, "--methods", "popular", "--users", 50)
    assert result(by_time, "popular")["measures"] != result(drawn, "popular")["measures"]
    # As files of ratings the same, since the columns say the same.
    files = evaluate(scratch, synthetic / "ratings.dat", "--by-time", "--methods", "popular", "--users", 50)
    ours, theirs = (result(report, "popular")["measures"] for report in [by_time, files])
    assert ours.pop("diversity") and ours == theirs


def test_people_without_an_answer_count_and_without_a_question_do_not(tmp_path, scratch):
    """Half of all like nothing; and for some there is nothing that could be recommended."""
    rows = [(user, item, 5 if user % 2 else 1, 0) for user in range(100) for item in (1, 2, 3)]
    # Rated by one person each: nobody else knows these.
    rows += [(user, 1000 + 10 * user + step, 5, 0) for user in range(100, 160) for step in range(3)]
    path = ratings_file(tmp_path / "some.csv", rows)
    report = evaluate(scratch, path, "--users", 60, "--methods", "popular,neighbors,notebook", "--seed", 1)
    assert 0 < report["asked"] < report["held_out"] == 60
    neighbors = result(report, "neighbors")
    # Who shares nothing with anybody gets an empty list, and a 0.
    assert 0 < neighbors["empty"] < report["asked"]
    assert neighbors["measures"]["ndcg@10"]["value"] == pytest.approx(
        1 - neighbors["empty"] / report["asked"], abs=1e-9)
    text = command(scratch, "evaluate", path, "--users", 60, "--methods", "neighbors", "--seed", 1,
                   "--no-progress").stdout
    assert "lists were empty" in text


def test_tables_fit_a_terminal_and_the_picture_is_one(synthetic, tmp_path, scratch):
    picture = tmp_path / "quality.svg"
    picture.write_text("an older one")
    session = TerminalSession(
        None, "evaluate", synthetic, "--users", 60, "--query-items", "5,20,all", "--plot", picture,
        width=80, TMPDIR=str(scratch))
    text = session.read()
    assert session.process.wait(timeout=60) == 0
    shown = [line for line in text.replace("\r\n", "\n").split("\n") if "\r" not in line and "\x1b" not in line]
    assert all(len(line) <= 80 for line in shown), max(shown, key=len)
    assert "NDCG@10 by the ratings in the query" in text and "differences to popular" in text
    drawing = ElementTree.parse(picture).getroot()
    words = [element.text for element in drawing.iter("{http://www.w3.org/2000/svg}text")]
    for word in ["popular", "notebook", "neighbors", "items", "auto", "5", "20", "all"]:
        assert word in words
    assert len(list(drawing.iter("{http://www.w3.org/2000/svg}polyline"))) == 5
    single = tmp_path / "bars.svg"
    command(scratch, "evaluate", synthetic, "--users", 60, "--methods", "neighbors", "--plot", single)
    bars = list(ElementTree.parse(single).getroot().iter("{http://www.w3.org/2000/svg}rect"))
    assert len(bars) == 1 + 2


def test_what_is_tuned_is_taken_by_the_daemon_and_by_evaluate(synthetic, tmp_path, scratch, daemon):
    output = tmp_path / "tuned.json"
    done = command(scratch, "tune", synthetic, "--users", 100, "--budget", 8, "--output", output,
                   "--no-progress")
    assert "on whom nothing was chosen" in done.stdout
    tuned = json.loads(output.read_text())
    about = tuned["about"]
    assert about["recommend"]["tried"] + about["item_model"]["tried"] <= 8
    assert set(tuned["recommend"]) == {"neighbors", "similarity_power", "idf", "popularity"}
    assert set(tuned["item_model"]) == {"neighbors", "regularization", "dropout", "threshold"}
    assert [gain["method"] for gain in about["gains"]] == ["neighbors", "items", "auto"]

    run(daemon, "load", "movielens", synthetic, "--no-progress")
    made = httpx.put(daemon.url + "/collections/movielens/item-model/items", json=tuned["item_model"])
    assert made.status_code == 200, made.text
    answer = httpx.post(daemon.url + "/collections/movielens/recommend", json={
        "point": 1, "method": "neighbors", **tuned["recommend"]})
    assert answer.status_code == 200 and len(answer.json()["result"]["items"]) == 10
    # The people of the test are those of an evaluation with the same seed; fewer are held out there.
    report = evaluate(scratch, synthetic, "--users", 100, "--settings", output, "--methods", "neighbors,items")
    assert report["asked"] == about["test"]


def test_a_search_finds_what_is_clearly_better(tmp_path, scratch):
    """Many groups of likes, a few people each: eighty neighbours are all people, and ten are a group."""
    chance = random.Random(4)
    rows = []
    for user in range(400):
        group = user % 40
        own = chance.sample(range(100 + 20 * group, 100 + 20 * group + 20), 10)
        rows += [(user, item, 5, 0) for item in own]
        # What everybody has, here and there.
        rows += [(user, item, 5, 0) for item in chance.sample(range(1, 60), 15)]
    path = ratings_file(tmp_path / "groups.csv", rows)
    output = tmp_path / "tuned.json"
    command(scratch, "tune", path, "--scale", "binary", "--methods", "neighbors", "--users", 90, "--output", output,
            "--no-progress")
    tuned = json.loads(output.read_text())
    assert "item_model" not in tuned
    assert not tuned["about"]["recommend"]["kept"]
    gain = tuned["about"]["gains"][0]["gain"]
    assert gain["low"] > 0, tuned


def test_tuning_knows_nobody_of_validation_and_test(tmp_path, scratch):
    """Everybody rates other items by chance: whoever was a neighbour, or trained on, would give themselves away."""
    chance = random.Random(9)
    path = ratings_file(tmp_path / "chance.csv", [
        (user, item, 5, 0) for user in range(300) for item in chance.sample(range(4000), 30)])
    output = tmp_path / "tuned.json"
    command(scratch, "tune", path, "--scale", "binary", "--users", 70, "--budget", 6, "--output", output,
            "--no-progress")
    gains = json.loads(output.read_text())["about"]["gains"]
    assert len(gains) == 3
    for gain in gains:
        assert max(gain["before"]["value"], gain["after"]["value"]) < 0.03, gain


def test_what_is_given_and_not_searched_stays_in_what_is_tuned(synthetic, tmp_path, scratch):
    settings, output = tmp_path / "settings.json", tmp_path / "tuned.json"
    settings.write_text(json.dumps({
        "recommend": {"similarity": "dot", "neighbors": 7, "shrinkage": 2.5}, "item_model": {"kept": 30}}))
    command(scratch, "tune", synthetic, "--users", 60, "--budget", 2, "--settings", settings, "--output", output,
            "--no-progress")
    tuned = json.loads(output.read_text())
    # One setting each is the one to begin from.
    assert tuned["recommend"] == {"similarity": "dot", "neighbors": 7, "shrinkage": 2.5, "similarity_power": 1,
                                  "popularity": 0.1, "idf": True}
    assert tuned["item_model"] == {"kept": 30, "regularization": 100, "threshold": 0.4, "dropout": 0.5,
                                   "neighbors": 200}


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("name", ["evaluate", "tune"])
def test_an_interruption_leaves_nothing(synthetic, scratch, how, name):
    process = subprocess.Popen(
        [os.environ["KINDRED"], name, str(synthetic), "--users", "100", "--query-items", "5,11,20,all"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(TMPDIR=str(scratch)))
    deadline = time.monotonic() + 60
    while not any(scratch.glob("kindred-*/*/*")):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.005)
    process.send_signal(how)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 128 + how
    assert output == b"" and b"interrupted; nothing has been measured, and nothing changed" in errors


@pytest.mark.skipif(not can_mount(), reason="cannot mount a tmpfs")
def test_a_full_disk_is_said_with_where_it_is(synthetic, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c",
         f"mount -t tmpfs -o size=512k tmpfs '{small}' && '{os.environ['KINDRED']}' evaluate '{synthetic}'"
         f" --no-progress; code=$?; ls -A '{small}' >&2; exit $code"],
        capture_output=True, text=True, timeout=60, env=environment(TMPDIR=str(small)))
    assert done.returncode == 1 and done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 2 and f"'{small}/kindred-evaluate-" in lines[1] and "set TMPDIR" in lines[1], lines


@pytest.mark.parametrize("arguments, code, words", [
    (["--users", "0"], 64, "--users must be 1 or more"),
    (["--users", "1000000"], 64, "at most"),
    (["--query-share", "1"], 64, "--query-share must be above 0 and below 1"),
    (["--query-share", "nan"], 64, "--query-share must be above 0 and below 1"),
    (["--query-items", "5,0"], 64, "query-items"),
    (["--methods", "popular,best"], 64, "methods"),
    (["--methods", "items", "--no-model"], 64, "leave --no-model out"),
    (["--seed", "-1"], 64, "seed"),
    (["--relevant-from", "inf"], 64, "--relevant-from must be a number"),
    (["--relevant-from", "6"], 1, "lower --relevant-from"),
    (["--plot", "/nowhere/at/all.svg"], 1, "there is no folder '/nowhere/at'"),
    (["--plot", "quality.png"], 64, "name it .svg"),
    (["--plot", "/"], 1, "is not a file that could be replaced"),
    (["--collection", "movielens"], 64, "--collection is for a collection"),
    (["--user", "2"], 64, "is a MovieLens set"),
    (["--settings", "/nowhere.json"], 66, "cannot read '/nowhere.json'"),
])
def test_refusals_say_what_to_do(synthetic, scratch, arguments, code, words):
    done = command(scratch, "evaluate", synthetic, "--no-progress", *arguments, code=code)
    assert words in done.stderr and done.stdout == ""


@pytest.mark.parametrize("text, words", [
    ("{}", "neither 'recommend' nor 'item_model'"),
    ('{"recommend": {"neighbors": "many"}}', "recommend.neighbors"),
    ('{"recommend": {"limit": 5}}', "unknown member 'limit'"),
    ('{"recommend": {"neighbors": 0}}', "neighbors"),
    ('{"recommend": {"similarity_power": 1e300}}', "similarity_power"),
    ('{"item_model": {"regularization": -1}}', "regularization"),
    ('{"item_model": {"memory_bytes": 1}}', "unknown member 'memory_bytes'"),
    ('[', "settings.json"),
])
def test_settings_that_mean_nothing_are_refused(synthetic, tmp_path, scratch, text, words):
    path = tmp_path / "settings.json"
    path.write_text(text)
    done = command(scratch, "evaluate", synthetic, "--users", 20, "--settings", path, "--no-progress", code=1)
    assert words in done.stderr


def test_collections_that_cannot_be_measured_are_refused(scratch, daemon, tmp_path):
    missing = command(scratch, "evaluate", "--no-progress", daemon=daemon, code=1)
    assert "there is no collection 'movielens'" in missing.stderr
    httpx.put(daemon.url + "/collections/plain", json={"sparse_vectors": {"tastes": {}}})
    wrong = command(scratch, "evaluate", "--collection", "plain", "--no-progress", daemon=daemon, code=1)
    assert "has no sparse vector 'ratings'" in wrong.stderr
    empty = command(scratch, "evaluate", "--collection", "plain", "--using", "tastes", "--no-progress",
                    daemon=daemon, code=1)
    assert "nobody has rated anything" in empty.stderr
    times = command(scratch, "evaluate", "--collection", "plain", "--using", "tastes", "--by-time", "--no-progress",
                    daemon=daemon, code=1)
    assert "--by-time needs times" in times.stderr
    none = ratings_file(tmp_path / "none.csv", [(1, 2, 3), (2, 2, 4), (2, 3, 5), (1, 3, 1)],
                        "user,item,rating")
    assert "name the column with --time" in command(
        scratch, "evaluate", none, "--by-time", "--no-progress", code=1).stderr
    few = ratings_file(tmp_path / "few.csv", [(1, 2, 3, 4), (2, 2, 4, 5)])
    assert "too few to hold anybody out" in command(
        scratch, "evaluate", few, "--no-progress", code=1).stderr


def test_points_with_uuids_and_weights_of_ones_own(scratch, daemon):
    httpx.put(daemon.url + "/collections/own", json={"sparse_vectors": {"tastes": {}}})
    chance = random.Random(6)
    points = [{
        "id": f"00000000-0000-0000-0000-{user:012x}",
        "vector": {"tastes": {"indices": (items := sorted(chance.sample(range(50), 12)) + [2 ** 32 - 1]),
                              "values": [chance.choice([-1, 0.5, 2]) for _ in items]}},
    } for user in range(200)]
    assert httpx.put(daemon.url + "/collections/own/points?wait=true", json={"points": points}).status_code == 200
    report = evaluate(scratch, "--collection", "own", "--using", "tastes", "--users", 50, daemon=daemon)
    assert report["people"] == 200 and report["asked"] > 40
    assert report["relevant_from"] == pytest.approx(0.5, abs=0.2)
    assert all("diversity" not in entry["measures"] for entry in report["results"])


def test_odd_sets_end_with_figures_or_with_words(tmp_path, scratch):
    """Few users, few items, one value, great values: whatever it is, it is no crash and no NaN."""
    chance = random.Random(8)
    codes = set()
    for number in range(60):
        values = chance.choice([[1], [5], [0], [1, 2, 3, 4, 5], [-1e15, 1e15], [1e-300, 1], [0, 1]])
        users, items = chance.choice([1, 2, 3, 10, 60]), chance.choice([1, 2, 3, 30])
        rows = [(f"é{user}" if number % 3 else user, chance.randrange(items) + chance.choice([0, 2 ** 32 - 40]),
                 chance.choice(values), chance.choice([0, 1, -2 ** 62]))
                for user in range(users) for _ in range(chance.randrange(1, 12))]
        path = ratings_file(tmp_path / "odd.csv", rows)
        arguments = chance.sample([["--by-time"], ["--scale", "user-mean"], ["--relevant-from", "-1"],
                                   ["--query-items", "1,all"], ["--seed", f"{2 ** 64 - 1},1"],
                                   ["--query-share", "0.0000001"], ["--no-model"], ["--users", "1"]], 3)
        done = subprocess.run(
            [os.environ["KINDRED"], "evaluate", path, "--json", "--no-progress", *sum(arguments, [])],
            capture_output=True, text=True, timeout=120, env=environment(TMPDIR=str(scratch)))
        codes.add(done.returncode)
        assert done.returncode in (0, 1, 64), (rows, arguments, done.stderr)
        if done.returncode:
            assert done.stderr.startswith(("kindred: ", "Error: ")) or "kindred: " in done.stderr, done.stderr
        else:
            report = json.loads(done.stdout, parse_constant=lambda name: pytest.fail(name))
            assert report["asked"] > 0
    assert codes >= {0, 1}


def test_evaluations_of_ml_1m_are_near_what_is_published(ml_1m, scratch):
    """docs/guide/recommendation.md, measured through the daemon by other code, with other draws."""
    report = evaluate(scratch, ml_1m, "--users", 1200)
    published = {"popular": 0.170, "neighbors": 0.361, "items": 0.393, "auto": 0.399}
    for method, value in published.items():
        assert result(report, method)["measures"]["ndcg@10"]["value"] == pytest.approx(value, abs=0.02)
