"""The right answers, computed the plainest way."""

import numpy
import scipy.sparse


class Oracle:
    """Exact scores: Float64 sums over ascending dimensions, rounded once; ties: higher id first."""

    def __init__(self, points):
        self.points = points
        width = int(points.dimensions.max()) + 1
        self.rows = scipy.sparse.csr_matrix(
            (points.weights, points.dimensions.astype(numpy.int32), points.starts),
            shape=(points.count, width))
        self.columns = self.rows.tocsc()

    def search(self, query, limit=20, mask=None):
        """ids and bit patterns of the Float32 scores, best first."""
        sums = numpy.zeros(self.points.count)
        shared = numpy.zeros(self.points.count, bool)
        for dimension in sorted(query):
            part = self._column(dimension)
            rows = self.columns.indices[part]
            sums[rows] += numpy.float64(numpy.float32(query[dimension])) * self.columns.data[
                part].astype(numpy.float64)
            shared[rows] = True
        if mask is not None:
            shared &= mask
        found = numpy.flatnonzero(shared)
        scores = sums[found].astype(numpy.float32)
        order = numpy.lexsort((-found, -scores))[:limit]
        return (found[order] + 1).tolist(), scores[order].view(numpy.uint32).tolist()

    def score(self, query, id):
        """The Float32 score of one point, -infinity where it shares nothing."""
        sum, is_shared = numpy.float64(0), False
        for dimension, weight in zip(*self.points.row(id - 1)):
            other = query.get(int(dimension))
            if other is not None:
                sum += numpy.float64(numpy.float32(other)) * numpy.float64(weight)
                is_shared = True
        return numpy.float32(sum) if is_shared else numpy.float32(-numpy.inf)

    def recommend(self, query, limit=20, neighbors=20):
        ids, _ = self.search(query, neighbors)
        sums = {}
        for point in ids:
            for dimension, weight in zip(*self.points.row(point - 1)):
                sums[int(dimension)] = sums.get(int(dimension), 0.0) + float(weight)
        scores = [
            (numpy.float32(value), item) for item, value in sums.items() if item not in query]
        scores.sort(key=lambda pair: (-pair[0], -pair[1]))
        best = scores[:limit]
        return ([item for _, item in best],
                numpy.array([score for score, _ in best], numpy.float32).view(
                    numpy.uint32).tolist())

    def frequency(self, dimension):
        part = self._column(dimension)
        return int(part.stop - part.start)

    def _column(self, dimension):
        if dimension >= self.columns.shape[1]:
            return slice(0, 0)
        return slice(self.columns.indptr[dimension], self.columns.indptr[dimension + 1])
