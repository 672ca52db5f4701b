"""What is asked: the notebook's ratings, random users', and words.

A query is a dictionary, dimension → weight; a set of queries a list of them. Nobody tuned for the
users and descriptions that a seed draws.
"""

import numpy

from .data import MY_RATINGS

AGE = {"key": "age", "from": 25, "to": 25}
FIVE_PERCENT = {"key": "part", "from": 0, "to": 49}
ONE_IN_A_THOUSAND = {"key": "part", "from": 7, "to": 7}
FILTERS = {", 35 %": AGE, ", 5 %": FIVE_PERCENT, ", 0.1 %": ONE_IN_A_THOUSAND}


def notebook_queries():
    """Sets of one: the notebook's ratings, signed and all positive."""
    return {
        "notebook, signed": [{movie: float(like) for movie, like in MY_RATINGS.items()}],
        "notebook, positive": [{movie: 1.0 for movie in MY_RATINGS}],
    }


def user_queries(points, dimensions, count=200, seed=5):
    """`dimensions` (None: all) of the ratings of each of `count` random users who have so many."""
    random = numpy.random.default_rng(seed)
    lengths = numpy.diff(points.starts)
    able = numpy.flatnonzero(lengths >= (dimensions or 1))
    queries = []
    for row in random.permutation(able)[:count]:
        columns, weights = points.row(row)
        chosen = numpy.arange(len(columns))
        if dimensions:
            chosen = numpy.sort(random.choice(len(columns), dimensions, replace=False))
        queries.append(dict(zip(columns[chosen].tolist(), map(float, weights[chosen]))))
    return queries


def text_query(seed, terms=30):
    """A query of SPLADE's shape, over common and rare words alike."""
    random = numpy.random.default_rng(seed)
    words = numpy.unique((30_000 ** random.random(terms * 2)).astype(numpy.int64))
    words = random.permutation(words)[:terms]
    return {int(word): float(numpy.float32(random.gamma(2.0, 0.5) + 0.05)) for word in words}
