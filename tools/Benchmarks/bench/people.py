"""People held out of a MovieLens set, and how good a list for them is: the protocol of
docs/guide/recommendation.md.

Of each person a random 80 % of the ratings are known, in a random order; relevant is what is rated
4 or 5 among the others. A query is the first so many known ones; the rest of what is known may not be
recommended. NDCG@10 with gains of 0 and 1, mean over all who have something relevant.
"""

import math

import numpy

LENGTHS = (5, 11, 40, None)


class Ratings:
    """Stars by user and movie, as arrays of one length."""

    def __init__(self, users, movies, stars):
        self.users, self.movies, self.stars = users, movies, stars

    @staticmethod
    def read(folder):
        text = (folder / "ratings.dat").read_text().replace("::", " ")
        table = numpy.array(text.split(), numpy.int64).reshape(-1, 4)
        return Ratings(table[:, 0], table[:, 1], table[:, 2])

    def split(self, count, seed):
        """(the ratings of all others, `count` people who were drawn)."""
        random = numpy.random.default_rng(seed)
        drawn = random.permutation(numpy.unique(self.users))[:count]
        held = numpy.isin(self.users, drawn)
        order = numpy.argsort(self.users[held], kind="stable")
        rows = numpy.flatnonzero(held)[order]
        people = []
        for part in numpy.split(rows, numpy.flatnonzero(numpy.diff(self.users[rows])) + 1):
            part = random.permutation(part)
            known = max(1, len(part) * 8 // 10)
            people.append(Person(
                self.movies[part[:known]], self.stars[part[:known]],
                self.movies[part[known:]][self.stars[part[known:]] >= 4]))
        return Ratings(self.users[~held], self.movies[~held], self.stars[~held]), people


class Person:
    def __init__(self, movies, stars, relevant):
        """What is known, in the order in which it becomes known, and what should be found."""
        self.movies, self.stars = movies, stars
        self.relevant = frozenset(relevant.tolist())

    def query(self, length):
        """(movies, stars) of the first `length` known ratings, None: all."""
        return self.movies[:length], self.stars[:length]


def ndcg(found, relevant, length=10):
    """Of a list of movies, best first."""
    gain = sum(1 / math.log2(rank + 2) for rank, movie in enumerate(found[:length])
               if movie in relevant)
    return gain / sum(1 / math.log2(rank + 2) for rank in range(min(length, len(relevant))))


def mean_ndcg(lists, people):
    """(mean, half of its 95 % interval) over those who have something relevant."""
    values = [ndcg(found, person.relevant)
              for found, person in zip(lists, people) if person.relevant]
    if not values:
        raise ValueError("nobody has anything relevant")
    return float(numpy.mean(values)), float(1.96 * numpy.std(values) / math.sqrt(len(values)))
