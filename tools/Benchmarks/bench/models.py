"""The recommenders that Kindred's are measured beside: iALS (`implicit`) and EASE in numpy.

Both get, for each length of a query, the settings of a small grid that do best for people who are
held out of the training set for that: among them how ratings become weights.
"""

import time

import numpy
import scipy.sparse

ENCODINGS = {
    "all rated": lambda stars: numpy.ones(len(stars)),
    "4 and 5": lambda stars: (stars >= 4).astype(float),
    "0.2 to 1": lambda stars: stars / 5,
}


class Movies:
    """Movies by position, and ratings as rows of a matrix."""

    def __init__(self, ratings):
        self.ids = numpy.unique(ratings.movies)

    def known(self, movies):
        position = numpy.searchsorted(self.ids, movies).clip(max=len(self.ids) - 1)
        return position, self.ids[position] == movies

    def matrix(self, ratings, encoding):
        _, rows = numpy.unique(ratings.users, return_inverse=True)
        matrix = scipy.sparse.csr_matrix(
            (ENCODINGS[encoding](ratings.stars), (rows, self.known(ratings.movies)[0])),
            shape=(rows.max() + 1, len(self.ids)), dtype=numpy.float32)
        matrix.eliminate_zeros()
        return matrix

    def best(self, scores, seen, length=10):
        """The ids of the greatest scores, without what has been seen."""
        position, is_known = self.known(seen)
        scores = scores.copy()
        scores[position[is_known]] = -numpy.inf
        top = numpy.argpartition(-scores, length)[:length]
        return self.ids[top[numpy.argsort(-scores[top])]].tolist()


class EASE:
    """Steck 2019: one dense matrix of weights between items, by one inversion."""

    NAME = "EASE"
    GRID = [dict(encoding=encoding, regularization=number)
            for encoding in ENCODINGS for number in (300, 1000, 3000, 10000)]

    def __init__(self, ratings, encoding, regularization):
        self.movies, self.encoding = Movies(ratings), encoding
        start = time.perf_counter()
        matrix = self.movies.matrix(ratings, encoding)
        gram = numpy.asarray((matrix.T @ matrix).todense(), numpy.float64)
        gram[numpy.diag_indices_from(gram)] += regularization
        inverse = numpy.linalg.inv(gram)
        self._weights = (inverse / -numpy.diag(inverse)).astype(numpy.float32)
        numpy.fill_diagonal(self._weights, 0)
        self.seconds = time.perf_counter() - start

    def recommend(self, movies, stars, seen):
        position, is_known = self.movies.known(movies)
        weights = ENCODINGS[self.encoding](stars[is_known]).astype(numpy.float32)
        return self.movies.best(weights @ self._weights[position[is_known]], seen)


class IALS:
    """Hu, Koren and Volinsky 2008, as `implicit` computes it; who is new is folded in."""

    NAME = "iALS"
    GRID = [dict(encoding=encoding, factors=factors, alpha=alpha, regularization=regularization)
            for encoding in ENCODINGS for factors, alpha, regularization in [
                (32, 5, 100), (64, 5, 50), (64, 10, 100), (64, 10, 200), (64, 10, 400), (128, 5, 50),
                (256, 5, 30)]]

    def __init__(self, ratings, encoding, factors, alpha, regularization):
        from implicit.cpu.als import AlternatingLeastSquares
        from threadpoolctl import threadpool_limits

        self.movies, self.encoding = Movies(ratings), encoding
        start = time.perf_counter()
        # It has threads of its own, of which BLAS's would get in the way.
        with threadpool_limits(1, "blas"):
            self._model = AlternatingLeastSquares(
                factors=factors, alpha=alpha, regularization=regularization, iterations=15,
                random_state=1)
            self._model.fit(self.movies.matrix(ratings, encoding), show_progress=False)
        self.seconds = time.perf_counter() - start
        self._items = numpy.asarray(self._model.item_factors, numpy.float64)
        self._gram = self._items.T @ self._items + regularization * numpy.eye(factors)
        self._alpha = alpha

    def recommend(self, movies, stars, seen):
        return self.movies.best(self._items @ self._fold_in(movies, stars), seen)

    def _fold_in(self, movies, stars):
        """The factors of one person: what `recalculate_user` solves, without its loop in Python."""
        position, is_known = self.movies.known(movies)
        confidence = self._alpha * ENCODINGS[self.encoding](stars[is_known])
        rated = self._items[position[is_known][confidence > 0]]
        confidence = confidence[confidence > 0]
        return numpy.linalg.solve(
            self._gram + (rated.T * (confidence - 1)) @ rated, rated.T @ confidence)
