"""PISA (Mallia and others 2019) through pyterrier-pisa: 8-bit weights.

Each query is passed to PISA's own call, without PyTerrier's data frames around it; what a query
without terms takes is deducted, being the binding's.
"""

import time

import numpy
import pyterrier_pisa

from .quantized import whole_weights

# What PyTerrier multiplies weights of queries with, which PISA takes as numbers of occurrences.
SCALE = 100.0


class Engine:
    CAN = set()

    def __init__(self, folder, algorithm):
        self._algorithm = algorithm
        self._index = pyterrier_pisa.PisaIndex(f"{folder}/index", stemmer="none", threads=1)

    def load(self, points):
        whole = whole_weights(points)
        documents = ({
            "docno": str(row + 1),
            "toks": dict(zip(
                map(str, points.dimensions[points.starts[row]:points.starts[row + 1]].tolist()),
                whole[points.starts[row]:points.starts[row + 1]].tolist()))}
            for row in range(points.count))
        start = time.perf_counter()
        self._index.toks_indexer(scale=1.0).index(documents)
        self._retriever = self._index.quantized(
            num_results=20, threads=1, query_algorithm=self._algorithm, toks_scale=SCALE)
        self._retriever.reset_retrieval_context()
        seconds = time.perf_counter() - start
        empty = self.prepare([[], []], 20, None, False)()
        times = []
        for _ in range(50):
            start = time.perf_counter()
            empty()
            times.append(time.perf_counter() - start)
        self._overhead = min(times)
        return seconds

    def prepare(self, query, limit, filter, vectors):
        terms = {str(dimension): weight * SCALE for dimension, weight in zip(*query)}
        names = numpy.ascontiguousarray(numpy.empty(limit, dtype=object))
        numbers = [numpy.zeros(limit, kind) for kind in (numpy.int32, numpy.int32, numpy.float32)]

        def search():
            count = pyterrier_pisa._pisathon.retrieve(
                self._retriever._ctxt, self._algorithm, [(0, terms)], k=limit, threads=1,
                query_weighted=1, pretokenised=True, result_qidxs=numbers[0], result_docnos=names,
                result_ranks=numbers[1], result_scores=numbers[2])
            return names[:count]

        return lambda: search

    def overhead(self):
        return self._overhead

    def ids(self, found):
        return [int(name) for name in found]
