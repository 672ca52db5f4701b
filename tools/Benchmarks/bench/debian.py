"""Real text: BM25 vectors of the descriptions of Debian's packages, from apt's lists.

A point is a package: its dimensions are the words of its name and its description, its weights
tf · (k1 + 1) / (tf + k1 · (1 − b + b · length / mean length)); a query's weights are the words' idf,
so that the dot product is BM25 (Robertson and Zaragoza 2009; k1 = 1.2, b = 0.75). Queries are short
descriptions, which are a line, and the rarest words of whole ones.
"""

import math
import os
import pathlib
import re
import subprocess

import numpy

from .data import Points

K1, B = 1.2, 0.75
WORD = re.compile(r"[a-z0-9][a-z0-9+]*")
STOP_WORDS = frozenset(
    "a all also an and any are as at be but by can for from has have if in into is it its no not of "
    "on or such that the their then there these they this to was which will with you your".split())


class Missing(Exception):
    """Why there are no descriptions."""


def read_descriptions(folder="/var/lib/apt/lists"):
    """(name, short, long) of every package that the English translations in apt's lists have.

    The lists of the packages themselves have short descriptions only. Raises Missing where there are
    none, as in a container, with what to do.
    """
    files = sorted(pathlib.Path(folder).glob("*Translation-en*"))
    packages = {}
    for file in files:
        for package in parse_descriptions(_text(file)):
            packages.setdefault(package[0], package)
    if not packages:
        raise Missing(
            f"no descriptions (Translation-en) in {folder}; `apt-get -o Dir::State::lists=FOLDER -o "
            "Acquire::Languages=en update` fetches them (make FOLDER/partial first), and "
            "`--apt-lists FOLDER` reads them")
    return [packages[name] for name in sorted(packages)]


def parse_descriptions(text):
    """(name, short, long) of each stanza that has a name and a description."""
    for stanza in re.split(r"\n\s*\n", text):
        name, short, long, inside = "", "", [], False
        for line in stanza.split("\n"):
            if line[:1] in (" ", "\t"):
                if inside:
                    long.append(line.strip())
                continue
            field, _, value = line.partition(":")
            inside = field in ("Description", "Description-en")
            if inside:
                short = value.strip()
            elif field == "Package":
                name = value.strip()
        if name and short:
            yield name, short, "\n".join(long)


def _text(file):
    """A list, which apt keeps as it is or compressed."""
    helper = "/usr/lib/apt/apt-helper"
    if file.suffix and file.suffix != ".diff_Index" and os.path.exists(helper):
        content = subprocess.run(
            [helper, "cat-file", str(file)], capture_output=True, check=True).stdout
    else:
        content = file.read_bytes()
    return content.decode("utf-8", "replace")


def words_of(text):
    return [word for word in WORD.findall(text.lower()) if word not in STOP_WORDS]


class Collection:
    """The packages as points, and queries from their descriptions."""

    def __init__(self, packages):
        self.packages, self.number_of = packages, {}
        counts = []
        for name, short, long in packages:
            count = {}
            for word in words_of(f"{name} {short} {long}"):
                number = self.number_of.setdefault(word, len(self.number_of))
                count[number] = count.get(number, 0) + 1
            counts.append(count)
        lengths = numpy.array([sum(count.values()) for count in counts], numpy.float64)
        mean = max(lengths.mean(), 1.0)
        self.frequency = numpy.zeros(len(self.number_of), numpy.int64)
        starts, dimensions, weights = [0], [], []
        for row, count in enumerate(counts):
            norm = K1 * (1 - B + B * lengths[row] / mean)
            for number in sorted(count):
                dimensions.append(number)
                weights.append(count[number] * (K1 + 1) / (count[number] + norm))
                self.frequency[number] += 1
            starts.append(len(dimensions))
        payloads = [dict(user_id=0, age=25, gender="F", occupation=0, zip="")]
        self.points = Points(
            numpy.array(starts, numpy.int64), numpy.array(dimensions, numpy.uint32),
            numpy.array(weights, numpy.float32), payloads)

    def idf(self, number):
        frequency = int(self.frequency[number])
        return math.log(1 + (len(self.packages) - frequency + 0.5) / (frequency + 0.5))

    def short_queries(self, count=200, seed=3):
        """Short descriptions of 4 to 12 words."""
        return self._queries(
            count, seed, lambda package: set(words_of(package[1])),
            lambda words: 4 <= len(words) <= 12)

    def long_queries(self, count=100, seed=4):
        """As a learned model would ask: of a whole description the 30 rarest words that at least
        four packages have, where there are 20."""
        def rarest(package):
            words = set(words_of(f"{package[1]} {package[2]}"))
            known = [word for word in words if self.frequency[self.number_of[word]] > 3]
            return sorted(known, key=lambda word: (-self.idf(self.number_of[word]), word))[:30]
        return self._queries(count, seed, rarest, lambda words: len(words) >= 20)

    def _queries(self, count, seed, words_of_package, is_fit):
        queries = []
        for row in numpy.random.default_rng(seed).permutation(len(self.packages)):
            words = words_of_package(self.packages[row])
            if is_fit(words):
                numbers = sorted(self.number_of[word] for word in words)
                queries.append(
                    {number: float(numpy.float32(self.idf(number))) for number in numbers})
            if len(queries) == count:
                break
        return queries
