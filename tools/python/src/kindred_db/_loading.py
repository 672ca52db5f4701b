"""Ratings from a table, a file or an iterable, as points of sparse vectors."""
from __future__ import annotations

import csv
import gzip
import io
import math
import numbers
import os
import statistics
from dataclasses import dataclass
from typing import Any, Dict, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Tuple, Union

from . import _binary
from ._errors import KindredError

Column = Union[str, int]

BATCH_VALUES = 50_000
SEPARATORS = ["::", "\t", ";", "|", ","]


@dataclass(frozen=True)
class LoadReport:
    """What a load has put into the store."""

    users: int
    ratings: int
    items: int
    mean: float
    """Was subtracted from each rating."""
    deviation: float
    """Each difference was divided by it."""
    seconds: float


def generate_movielens(
    path: Union[str, "os.PathLike[str]"], *, users: int = 6040, seed: int = 1
) -> None:
    """Writes a synthetic set in the files of MovieLens 1M, where the real one is not at hand. Its titles
    and tastes are invented.

    :raises KindredError: when the folder cannot be written.
    """
    _binary.run(["generate", "movielens", os.fspath(path), "--users", str(users), "--seed", str(seed)])


class Row(NamedTuple):
    where: str
    """Where it stands, for messages: `file:line` or `row 3`."""
    user: Any
    item: Any
    rating: float


# Reading.


def read(source: Any, user: Column, item: Column, rating: Optional[Column]) -> Iterator[Row]:
    """The rows of a table with columns, of a file, or of an iterable of tuples or mappings."""
    if isinstance(source, (str, os.PathLike)):
        cells = _of_file(os.fspath(source), user, item, rating)
    elif hasattr(source, "columns"):
        cells = _of_table(source, user, item, rating)
    else:
        cells = _of_rows(source, user, item, rating)
    for where, who, what, text in cells:
        for name, key in (("user", who), ("item", what)):
            if key is None or key == "" or key != key:
                raise KindredError(f"{where}: there is no {name}")
            if isinstance(key, float):
                raise KindredError(f"{where}: the {name} is {key!r}, expected a whole number or a text")
        try:
            value = float(text)
        except (TypeError, ValueError):
            raise KindredError(f"{where}: the rating is {text!r}, expected a number") from None
        if not math.isfinite(value):
            raise KindredError(f"{where}: the rating is {text!r}, expected a finite number")
        yield Row(where, who, what, value)


Cells = Iterator[Tuple[str, Any, Any, Any]]


def _of_table(table: Any, user: Column, item: Column, rating: Optional[Column]) -> Cells:
    names = list(table.columns)
    for name in (user, item) if rating is None else (user, item, rating):
        if name not in names:
            raise KindredError(f"there is no column {name!r}; there are {', '.join(map(repr, names))}")

    def column(name: Column) -> List[Any]:
        values = table[name]
        return list(values.tolist() if hasattr(values, "tolist") else values.to_list())

    users, items = column(user), column(item)
    ratings = [1.0] * len(users) if rating is None else column(rating)
    for index, (who, what, value) in enumerate(zip(users, items, ratings)):
        yield f"row {index}", who, what, value


def _of_rows(rows: Iterable[Any], user: Column, item: Column, rating: Optional[Column]) -> Cells:
    for index, row in enumerate(rows):
        where = f"row {index}"
        try:
            if isinstance(row, Mapping):
                yield where, row[user], row[item], 1.0 if rating is None else row[rating]
            else:
                who, what, *rest = row
                yield where, who, what, 1.0 if rating is None else rest[0]
        except (KeyError, IndexError, TypeError, ValueError):
            raise KindredError(
                f"{where}: {row!r} is neither (user, item, rating) nor a mapping that has them") from None


def _of_file(path: str, user: Column, item: Column, rating: Optional[Column]) -> Cells:
    try:
        with open(path, "rb") as file:
            content = file.read()
        if content[:2] == b"\x1f\x8b":
            content = gzip.decompress(content)
    except (OSError, EOFError) as error:
        raise KindredError(f"cannot read '{path}': {error}") from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    first = text.split("\n", 1)[0]
    separator = next((one for one in SEPARATORS if one in first), ",")
    rows: Iterator[List[str]]
    if len(separator) > 1:
        rows = (line.split(separator) for line in text.splitlines())
    else:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)

    columns = [user, item] if rating is None else [user, item, rating]
    indices: List[int] = [column for column in columns if isinstance(column, int)]
    for number, row in enumerate(rows, 1):
        if not row or row == [""]:
            continue
        if len(indices) < len(columns):
            for column in columns:
                if column not in row:
                    raise KindredError(
                        f"{path}:{number}: there is no column {column!r} in {', '.join(map(repr, row))}; "
                        "name them with user=, item=, rating=, or by their numbers from 0 in a file "
                        "without a header")
            indices = [row.index(str(column)) for column in columns]
            continue
        if len(row) <= max(indices):
            raise KindredError(f"{path}:{number}: {len(row)} columns, expected {max(indices) + 1}")
        who, what, *value = (row[index].strip() for index in indices)
        yield f"{path}:{number}", who, what, value[0] if value else 1.0


# Making points.


class Ratings:
    """Ratings by user, with numbers for users and items.

    Whole numbers stay what they are (items below 2^32, which is what a vector's dimension can be). When
    one is not, all are keys, numbered in the order of their first appearance.
    """

    def __init__(self, rows: Iterable[Row]):
        by_user: Dict[Any, Dict[Any, float]] = {}
        for row in rows:
            # Of several the last stays.
            by_user.setdefault(row.user, {})[row.item] = row.rating
        if not by_user:
            raise KindredError("there are no ratings")
        self.by_user = by_user
        items = dict.fromkeys(item for ratings in by_user.values() for item in ratings)
        self.items, self.item_kind = _numbered(items, 1 << 32)
        self.users, self.user_kind = _numbered(by_user, 1 << 63)
        self.count = sum(map(len, by_user.values()))

    def scale(self, scale: str) -> Tuple[float, float]:
        """Mean and deviation by which the ratings are to be normalised."""
        if scale == "none":
            return 0.0, 1.0
        if scale != "zscore":
            raise KindredError(f"scale is {scale!r}, expected 'zscore' or 'none'")
        values = [rating for ratings in self.by_user.values() for rating in ratings.values()]
        mean = statistics.fmean(values)
        square = math.fsum((value - mean) ** 2 for value in values)
        # Where all are equal (purchases, clicks), each counts 1.
        if square == 0 or len(values) < 2:
            return mean - 1.0, 1.0
        return mean, math.sqrt(square / (len(values) - 1))

    def user_points(
        self, mean: float, deviation: float, users: Optional[Mapping[Any, Mapping[str, Any]]]
    ) -> Iterator[List[Dict[str, Any]]]:
        """In batches that are short enough for a request."""
        batch: List[Dict[str, Any]] = []
        size = 0
        for user, ratings in self.by_user.items():
            payload = dict((users or {}).get(user, {}))
            if self.user_kind == "keys":
                payload["key"] = str(user)
            batch.append({
                "id": self.users[user], "payload": payload,
                "vector": {"ratings": {
                    "indices": [self.items[item] for item in ratings],
                    "values": [(rating - mean) / deviation for rating in ratings.values()]}}})
            size += len(ratings)
            if size >= BATCH_VALUES or len(batch) == 1000:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    def item_points(self, titles: Optional[Mapping[Any, str]]) -> Iterator[List[Dict[str, Any]]]:
        points = []
        for item, number in self.items.items():
            payload: Dict[str, Any] = {"title": str((titles or {}).get(item, item))}
            if self.item_kind == "keys":
                payload["key"] = str(item)
            points.append({"id": number, "vector": {}, "payload": payload})
        for start in range(0, len(points), 1000):
            yield points[start:start + 1000]


def _numbered(keys: Iterable[Any], end: int) -> Tuple[Dict[Any, int], str]:
    keys = list(keys)
    own = _own_numbers(keys, end)
    if own is not None:
        return own, "numbers"
    return {key: number for number, key in enumerate(keys, 1)}, "keys"


def _own_numbers(keys: Iterable[Any], end: int) -> Optional[Dict[Any, int]]:
    """Each key's own number, or nothing when one is not a whole number from 0 to `end` − 1."""
    own: Dict[Any, int] = {}
    for key in keys:
        if isinstance(key, str):
            if not (key.isascii() and key.isdigit()) or key != str(int(key)):
                return None
        elif isinstance(key, bool) or not isinstance(key, numbers.Integral):
            return None
        number = int(key)
        if not 0 <= number < end:
            return None
        own[key] = number
    return own
