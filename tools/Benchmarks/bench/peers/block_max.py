"""bmp, from PyPI: block-max pruning (Mallia, Suel and Tonellotto 2024) over 8-bit weights."""

import time

import bmp

from .quantized import whole_weights


class Engine:
    CAN = set()

    def __init__(self, folder, block):
        self._block = block
        self._path = f"{folder}/bmp.index"

    def load(self, points):
        whole = whole_weights(points)
        start = time.perf_counter()
        indexer = bmp.Indexer(self._path, bsize=self._block, compress_range=True)
        for row in range(points.count):
            part = slice(points.starts[row], points.starts[row + 1])
            indexer.add_document(
                str(row + 1),
                dict(zip(map(str, points.dimensions[part].tolist()), whole[part].tolist())))
        indexer.finish()
        self._searcher = bmp.Searcher(self._path)
        seconds = time.perf_counter() - start
        # It ends its process when asked for a word that no document has.
        self._known = set(points.dimensions.tolist())
        return seconds

    def prepare(self, query, limit, filter, vectors):
        terms = {str(dimension): float(weight) for dimension, weight in zip(*query)
                 if dimension in self._known}
        return lambda: lambda: self._searcher.search(terms, k=limit, alpha=1.0, beta=1.0)

    def ids(self, found):
        return [int(name) for name in found[0]]
