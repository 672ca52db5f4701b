"""What `Database.recommend` returns."""
from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Sequence, Tuple, Union, overload

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Recommendation:
    """One item, and why."""

    item: Any
    """Its key: the one it was loaded with, or its number."""
    title: str
    """Its title, or its key where the catalogue has none."""
    score: float
    neighbors: int
    """How many of the nearest users have rated it."""
    payload: Dict[str, Any] = field(default_factory=dict, repr=False)
    """All that the catalogue holds of it."""

    @classmethod
    def from_answer(cls, answer: Dict[str, Any]) -> "Recommendation":
        payload = answer.get("payload") or {}
        item = payload.get("key", answer["id"])
        return cls(
            item=item, title=str(payload.get("title", item)), score=float(answer["score"]),
            neighbors=int(answer.get("neighbors", 0)), payload=payload)


class Recommendations(Sequence[Recommendation]):
    """Recommendations, best first. Prints as a table, in a notebook too."""

    def __init__(self, items: Sequence[Recommendation]):
        self._items = tuple(items)

    @overload
    def __getitem__(self, index: int) -> Recommendation: ...
    @overload
    def __getitem__(self, index: slice) -> "Recommendations": ...
    def __getitem__(self, index: Union[int, slice]) -> Union[Recommendation, "Recommendations"]:
        return Recommendations(self._items[index]) if isinstance(index, slice) else self._items[index]

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Recommendation]:
        return iter(self._items)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Recommendations) and self._items == other._items

    def to_frame(self) -> "pandas.DataFrame":
        """A pandas DataFrame with a row an item: `item`, `title`, `score`, `neighbors`, then what the
        catalogue holds.

        :raises ImportError: where pandas is not installed.
        """
        try:
            import pandas
        except ImportError:
            raise ImportError("to_frame needs pandas: pip install 'kindred-db[pandas]'") from None
        rows = [
            {"item": one.item, "title": one.title, "score": one.score, "neighbors": one.neighbors,
             **{name: value for name, value in one.payload.items() if name not in ("title", "key")}}
            for one in self
        ]
        return pandas.DataFrame(rows, columns=None if rows else ["item", "title", "score", "neighbors"])

    def _rows(self) -> List[Tuple[str, ...]]:
        return [
            (str(rank), one.title, f"{one.score:.4f}", str(one.neighbors))
            for rank, one in enumerate(self, 1)
        ]

    def __str__(self) -> str:
        if not self:
            return "no recommendations"
        rows = [("#", "title", "score", "neighbours"), *self._rows()]
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        return "\n".join(
            f"{row[0]:>{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]:>{widths[3]}}"
            for row in rows)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        cells = "".join(
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
            for row in self._rows())
        return ("<table><tr><th>#</th><th>title</th><th>score</th><th>neighbours</th></tr>"
                f"{cells}</table>")
