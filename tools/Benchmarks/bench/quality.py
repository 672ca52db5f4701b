"""What the recommender's methods are worth, through the daemon, beside iALS and EASE, in one run.

1,200 people are held out (people.py); the others are loaded as `kindred load movielens` does, and
both peers learn from the same. Columns: NDCG@10 by how many ratings the query has, seconds of
training, microseconds of one answer for all known ratings: over the control socket for Kindred, one
call in process for the peers.
"""

import importlib.util
import json
import shutil
import statistics
import subprocess
import time

from . import data, models, worker
from .daemon import Daemon, request
from .people import LENGTHS, Ratings, mean_ndcg

HELD_OUT, VALIDATING = 1200, 600
# Shown name → members of the request. The order matters: a model is trained before the last two.
METHODS = {
    "popular": {"method": "popular"},
    "notebook": {"method": "notebook"},
    "neighbors": {"method": "neighbors"},
    "auto, no model": {"method": "auto"},
    "items": {"method": "items"},
    "auto, model": {"method": "auto"},
}
WITH_MODEL = ("items", "auto, model")


def measure(bench):
    folder = bench.folder / "quality"
    folder.mkdir()
    source = data.movielens_folder()
    if source is None:
        bench.without_movielens()
        source = folder / "generated"
        subprocess.run(
            [bench.options.kindred, "generate", "movielens", str(source)], check=True,
            capture_output=True)
    train, people = Ratings.read(source).split(HELD_OUT, seed=0)
    rows = _kindred(bench, folder, source, train, people)
    rows += _peers(bench, train, people)
    columns = [f"{length or 'all'}" for length in LENGTHS]
    bench.report.table(
        f"NDCG@10 by ratings in the query, {len(people):,} people held out",
        ["", *columns, "training, s", "one answer, µs"],
        [[name, *[f"{mean:.3f} ± {half:.3f}" for mean, half in found],
          "–" if seconds is None else f"{seconds:.2f}", f"{micros:.0f}"]
         for name, found, seconds, micros in rows])
    scores = {name: found for name, found, _, _ in rows}
    for name in (model.NAME for model in (models.IALS, models.EASE)):
        for length, ours, theirs in zip(columns, scores["auto, model"], scores.get(name, [])):
            bench.report.add(
                f"NDCG@10, auto with a model, {length} ratings", ours[0], theirs[0], "", more=True,
                peer_name=name)


def _kindred(bench, folder, source, train, people):
    """(name, (mean, half) by length, seconds of training, µs of an answer) of each method."""
    known = folder / "known"
    _write(source, known, train)
    server = Daemon(bench.options.kindred, folder / "daemon")
    client = None
    try:
        client = worker.Kindred(bench.options.worker)
        summary = json.loads(server.run("load", "movielens", str(known), "--json", "--no-progress"))
        server.run("compact")
        to_weight = lambda star: (int(star) - summary["mean"]) / summary["std"]
        rows, seconds = [], None
        for name, members in METHODS.items():
            if name in WITH_MODEL and seconds is None:
                seconds = _train(server)
            bodies = {length: [_body(person, length, members, to_weight) for person in people]
                      for length in LENGTHS}
            found = []
            with server.connection() as call:
                for length in LENGTHS:
                    lists = [[item["id"] for item in call(
                        "POST", "/collections/movielens/recommend", body)["result"]["items"]]
                        for body in bodies[length]]
                    found.append(mean_ndcg(lists, people))
            messages = [request("POST", "/collections/movielens/recommend", body).decode()
                        for body in bodies[None]]
            times = client.ask(
                "http", socket=server.socket, requests=messages, seconds=bench.options.seconds)["times"]
            rows.append((
                name, found, seconds if name in WITH_MODEL else None, statistics.median(times)))
            print(f"quality, {name}: {' '.join(f'{mean:.3f}' for mean, _ in found)}", flush=True)
        return rows
    finally:
        if client:
            client.close()
        server.stop()


def _body(person, length, members, to_weight):
    movies, stars = person.query(length)
    ratings = {str(movie): to_weight(star) for movie, star in zip(movies.tolist(), stars)}
    seen = [movie for movie in person.movies.tolist() if str(movie) not in ratings]
    return {"ratings": ratings, "exclude": seen, "limit": 10, "catalogue": "movies", **members}


def _train(server):
    path = "/collections/movielens/item-model/items"
    server.call("PUT", path, {"catalogue": "movies"})
    while True:
        state = server.call("GET", path)["result"]
        if state["state"] == "ready":
            return state["seconds"]
        if state["state"] in ("failed", "cancelled"):
            raise RuntimeError(f"the item model: {state}")
        time.sleep(0.1)


def _write(source, folder, train):
    """The set without the people held out, as files of ML-1M."""
    folder.mkdir()
    shutil.copy(source / "movies.dat", folder)
    users = set(train.users.tolist())
    with open(source / "users.dat", encoding="latin-1") as whole, \
            open(folder / "users.dat", "w", encoding="latin-1") as part:
        part.writelines(line for line in whole if int(line.split("::")[0]) in users)
    with open(source / "ratings.dat") as whole, open(folder / "ratings.dat", "w") as part:
        part.writelines(line for line in whole if int(line.split("::")[0]) in users)


def _peers(bench, train, people):
    fit, validating = train.split(VALIDATING, seed=1)
    rows = []
    for kind in (models.IALS, models.EASE):
        if kind is models.IALS and importlib.util.find_spec("implicit") is None:
            bench.missing("iALS (implicit)", "it is not installed")
            continue
        scores = {length: [] for length in LENGTHS}
        for settings in kind.GRID:
            model = kind(fit, **settings)
            for length in LENGTHS:
                lists = [model.recommend(*person.query(length), person.movies)
                         for person in validating]
                scores[length].append(mean_ndcg(lists, validating)[0])
        best = {length: kind.GRID[scores[length].index(max(scores[length]))] for length in LENGTHS}
        found, models_of = [], {}
        for length, settings in best.items():
            key = str(settings)
            if key not in models_of:
                models_of[key] = kind(train, **settings)
            model, lists, times = models_of[key], [], []
            for person in people:
                query = person.query(length)
                start = time.perf_counter()
                lists.append(model.recommend(*query, person.movies))
                times.append((time.perf_counter() - start) * 1e6)
            found.append(mean_ndcg(lists, people))
            bench.report.notes.append(
                f"{kind.NAME}, {length or 'all'} ratings: "
                f"{', '.join(f'{name} {value}' for name, value in settings.items())}, the best of "
                f"{len(kind.GRID)} settings for {len(validating)} people of the training set.")
        # Of the last length: all ratings.
        rows.append((kind.NAME, found, model.seconds, statistics.median(times)))
        print(f"quality, {kind.NAME}: {' '.join(f'{mean:.3f}' for mean, _ in found)}", flush=True)
    return rows
