"""The points that are measured: MovieLens 1M and noisy copies of it, and a text-like set.

Real text is in debian.py, what is asked in queries.py.
"""

import json
import os
import pathlib

import numpy

# Mean and deviation of the complete ML-1M, as the notebook published them.
MEAN, DEVIATION = 3.581564453029317, 1.1171018453732577

# The notebook's ratings: movie → 1 (liked) or -1 (disliked).
MY_RATINGS = {
    2571: 1, 329: 1, 260: 1, 2288: -1, 1: 1, 1721: -1, 296: -1, 356: 1, 2116: 1, 1291: -1, 1036: -1,
}


class Points:
    """Sparse vectors by row (CSR, dimensions ascending); row i is the point with id i + 1."""

    def __init__(self, starts, dimensions, weights, payloads):
        self.starts, self.dimensions, self.weights = starts, dimensions, weights
        self.payloads = payloads

    @property
    def count(self):
        return len(self.starts) - 1

    @property
    def postings(self):
        return len(self.dimensions)

    def payload(self, row):
        payload = dict(self.payloads[row % len(self.payloads)])
        payload["user_id"] = row + 1
        payload["part"] = row * 7919 % 1000
        return payload

    def column(self, key):
        if key == "part":
            return numpy.arange(self.count) * 7919 % 1000
        values = numpy.array([payload[key] for payload in self.payloads])
        return numpy.resize(values, self.count)

    def row(self, row):
        part = slice(self.starts[row], self.starts[row + 1])
        return self.dimensions[part], self.weights[part]

    def write(self, path):
        """The form that BenchWorker reads."""
        with open(path, "wb") as file:
            numpy.array([self.count, self.postings], numpy.uint64).tofile(file)
            self.starts.astype(numpy.uint64).tofile(file)
            self.dimensions.astype(numpy.uint32).tofile(file)
            self.weights.astype(numpy.float32).tofile(file)
        with open(f"{path}.payloads", "w") as file:
            json.dump(self.payloads, file)


def read_points(path):
    """What `Points.write` wrote, mapped."""
    count, postings = (int(number) for number in numpy.fromfile(path, numpy.uint64, 2))
    part = lambda offset, kind, length: numpy.memmap(path, kind, "r", offset, (length,))
    starts = 16
    dimensions = starts + 8 * (count + 1)
    weights = dimensions + 4 * postings
    with open(f"{path}.payloads") as file:
        payloads = json.load(file)
    return Points(
        numpy.array(part(starts, numpy.int64, count + 1)), part(dimensions, numpy.uint32, postings),
        part(weights, numpy.float32, postings), payloads)


def movielens_folder():
    """Where the real ML-1M is, or None: `$MOVIELENS_DIR`, else `../shared/movielens`."""
    folder = os.environ.get("MOVIELENS_DIR")
    if folder is None and pathlib.Path("../shared/movielens").is_dir():
        folder = "../shared/movielens"
    if folder is None:
        return None
    path = pathlib.Path(folder)
    return path / "ml-1m" if (path / "ml-1m").is_dir() else path


def read_movielens(folder):
    """The real ML-1M: one point per user."""
    folder = pathlib.Path(folder)
    payloads, row_of = [], {}
    for line in open(folder / "users.dat", encoding="latin-1"):
        user, gender, age, occupation, zip_code = line.rstrip("\n").split("::")
        row_of[int(user)] = len(payloads)
        payloads.append(
            dict(user_id=int(user), gender=gender, age=int(age), occupation=int(occupation),
                 zip=zip_code))
    text = (folder / "ratings.dat").read_text().replace("::", " ")
    table = numpy.array(text.split(), numpy.int64).reshape(-1, 4)
    rows = numpy.array([row_of[user] for user in table[:, 0].tolist()])
    weights = ((table[:, 2] - MEAN) / DEVIATION).astype(numpy.float32)
    return points_of(rows, table[:, 1], weights, len(payloads), payloads)


def synthetic_movielens(seed=1):
    """A set of ML-1M's shape from a seeded generator, where the real one is not at hand."""
    random = numpy.random.default_rng(seed)
    users, movies, ratings = 6040, 3706, 1_000_000
    popularity = 1 / (numpy.arange(movies) + 40.0)
    activity = random.lognormal(0, 1, users)
    rows = random.choice(users, ratings, p=activity / activity.sum())
    columns = random.choice(movies, ratings, p=popularity / popularity.sum())
    liked = list(MY_RATINGS)
    names = numpy.concatenate([liked, numpy.setdiff1d(numpy.arange(1, 3953), liked)])[:movies]
    stars = random.choice([1, 2, 3, 4, 5], ratings, p=[0.056, 0.108, 0.261, 0.349, 0.226])
    ages = random.choice([1, 18, 25, 35, 45, 50, 56], users,
                         p=[0.04, 0.18, 0.35, 0.2, 0.09, 0.08, 0.06])
    payloads = [
        dict(user_id=user + 1, gender="MF"[user % 2], age=int(age), occupation=user % 21,
             zip=f"{user:05}")
        for user, age in enumerate(ages)
    ]
    weights = ((stars - MEAN) / DEVIATION).astype(numpy.float32)
    return points_of(rows, names[columns], weights, users, payloads)


def copies(points, count, seed=7):
    """`count` noisy copies: beside the first, each keeps about 85 % of a user's ratings and draws
    the others anew, by popularity."""
    random = numpy.random.default_rng(seed)
    pool, grid = points.dimensions, numpy.unique(points.weights)
    rows = numpy.repeat(numpy.arange(points.count), numpy.diff(points.starts))
    parts = [points]
    for _ in range(1, count):
        kept = random.random(points.postings) < 0.85
        dimensions = numpy.where(kept, pool, random.choice(pool, points.postings))
        weights = numpy.where(kept, points.weights, random.choice(grid, points.postings))
        parts.append(points_of(rows, dimensions, weights, points.count, points.payloads))
    starts = [numpy.zeros(1, numpy.int64)]
    base = 0
    for part in parts:
        starts.append(part.starts[1:] + base)
        base += part.postings
    return Points(
        numpy.concatenate(starts), numpy.concatenate([part.dimensions for part in parts]),
        numpy.concatenate([part.weights for part in parts]), points.payloads)


def text_like(count, seed=11):
    """Points of the shape of SPLADE: 30,000 dimensions, about 120 positive weights each."""
    random = numpy.random.default_rng(seed)
    dimensions = 30_000
    frequency = 1 / (numpy.arange(dimensions) + 60.0)
    cumulated = numpy.cumsum(frequency / frequency.sum())
    parts = []
    for first in range(0, count, 50_000):
        rows = min(50_000, count - first)
        lengths = numpy.clip(random.normal(126, 30, rows), 20, 300).astype(numpy.int64)
        total = lengths.sum()
        columns = numpy.minimum(
            numpy.searchsorted(cumulated, random.random(total)), dimensions - 1)
        weights = numpy.minimum(random.gamma(2.0, 0.4, total) + 0.01, 3.5).astype(numpy.float32)
        parts.append(
            points_of(numpy.repeat(numpy.arange(rows), lengths), columns, weights, rows, [{}]))
    starts, base = [numpy.zeros(1, numpy.int64)], 0
    for part in parts:
        starts.append(part.starts[1:] + base)
        base += part.postings
    payloads = [dict(user_id=0, age=25, gender="F", occupation=0, zip="")]
    return Points(
        numpy.concatenate(starts), numpy.concatenate([part.dimensions for part in parts]),
        numpy.concatenate([part.weights for part in parts]), payloads)


def points_of(rows, dimensions, weights, count, payloads):
    """Sorted by row and dimension; of a repeated dimension the last weight stays."""
    key = rows.astype(numpy.int64) << 32 | dimensions.astype(numpy.int64)
    order = numpy.argsort(key, kind="stable")
    key = key[order]
    last = numpy.ones(len(key), bool)
    last[:-1] = key[1:] != key[:-1]
    order = order[last]
    key = key[last]
    starts = numpy.zeros(count + 1, numpy.int64)
    starts[1:] = numpy.cumsum(numpy.bincount((key >> 32).astype(numpy.int64), minlength=count))
    return Points(
        starts, (key & 0xFFFFFFFF).astype(numpy.uint32), weights[order].astype(numpy.float32),
        payloads)
