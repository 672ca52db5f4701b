"""A data directory, as a program sees it."""
from __future__ import annotations

import json
import os
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Dict, Iterable, List, Mapping, Optional, Type, Union
from urllib.parse import quote

import httpx

from . import _binary, _loading
from ._daemon import Daemon
from ._errors import KindredError
from ._loading import LoadReport
from ._recommendations import Recommendation, Recommendations

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

Item = Union[int, str]
Condition = Union[bool, int, float, str, Mapping[str, Union[bool, int, float, str]]]


def open(path: Union[str, "os.PathLike[str]"] = "./data", *, timeout: float = 600) -> "Database":
    """Opens a data directory, which is made when it does not exist, with a daemon of its own.

    The daemon stops when the database is closed, at the latest when this process ends. What was written
    is on disk when a call returns.

    :param timeout: seconds to wait until the daemon is ready; after a crash it first reads its log.
    :raises KindredError: when the daemon does not start, in its words; among others when another daemon
        has the directory open.
    """
    daemon = Daemon(os.path.abspath(os.fspath(path)), timeout)
    return Database(daemon.socket_path, daemon)


def connect(socket: Union[str, "os.PathLike[str]"]) -> "Database":
    """The database of a daemon that runs already, by its control socket. Closing leaves it running."""
    return Database(os.path.abspath(os.fspath(socket)), None)


class Database:
    """Made by `open` or `connect`; a context manager."""

    def __init__(self, socket_path: str, daemon: Optional[Daemon]):
        self.socket_path = socket_path
        self._daemon = daemon
        self._http = httpx.Client(
            transport=httpx.HTTPTransport(uds=socket_path), base_url="http://localhost", timeout=600)
        self._client: Optional["QdrantClient"] = None

    def __enter__(self) -> "Database":
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stops the daemon that `open` started. Everything is on disk."""
        if self._client is not None:
            self._client.close()
        self._http.close()
        if self._daemon is not None:
            self._daemon.stop()

    def __repr__(self) -> str:
        return f"<kindred_db.Database at {self.socket_path}{', closed' if self._http.is_closed else ''}>"

    @property
    def client(self) -> "QdrantClient":
        """A `QdrantClient` of the daemon: everything that is not recommending."""
        self._check_open()
        if self._client is None:
            from qdrant_client import QdrantClient

            self._client = QdrantClient(
                url="http://localhost", transport=httpx.HTTPTransport(uds=self.socket_path),
                check_compatibility=False, timeout=600)
        return self._client

    # Loading.

    def load_movielens(
        self, path: Union[str, "os.PathLike[str]"], *, collection: str = "movielens",
        catalogue: str = "movies", mean: Optional[float] = None, std: Optional[float] = None,
    ) -> LoadReport:
        """Loads a MovieLens set as it comes: a point a user, with the sparse vector `ratings` of
        normalised ratings and what the set says of the user; a point a movie in `catalogue`.

        :param path: the folder with the set's files.
        :param mean, std: normalise by these instead of the set's own; both or none.
        :raises KindredError: for a malformed file with `file:line`, before anything is changed.
        """
        arguments = ["load", "movielens", os.fspath(path), "--collection", collection,
                     "--catalogue", catalogue, "--no-progress"]
        for name, value in (("--mean", mean), ("--std", std)):
            if value is not None:
                arguments += [name, repr(float(value))]
        answer = self._command(arguments)
        return LoadReport(
            users=answer["users"], ratings=answer["ratings"], items=answer["movies"],
            mean=answer["mean"], deviation=answer["std"], seconds=answer["seconds"])

    def load_ratings(
        self, source: Any, *, user: Union[str, int] = "user", item: Union[str, int] = "item",
        rating: Optional[Union[str, int]] = "rating", titles: Optional[Mapping[Any, str]] = None,
        users: Optional[Mapping[Any, Mapping[str, Any]]] = None, scale: str = "zscore",
        collection: str = "ratings", catalogue: Optional[str] = None, replace: bool = False,
    ) -> LoadReport:
        """Loads ratings of your own: a point a user with the sparse vector `ratings`, a point an item
        in `catalogue` (else the collection's name with `-items`). Users and items may be numbers or any
        text, which is then their `key`.

        :param source: a DataFrame (pandas, polars), a file of separated values (also gzip; `,` `;` `|`
            tab and `::`), or an iterable of `(user, item, rating)` or of mappings.
        :param user, item, rating: the columns' names, in a file without a header their numbers from 0;
            without a rating (`None`) every pair counts 1.
        :param titles: the items' titles, by item.
        :param users: what is known of the users, by user: `where` asks for it.
        :param scale: `zscore`: minus the mean, divided by the deviation; `none`: as they are.
        :param replace: whether collections of these names are dropped first; otherwise they must not
            exist.
        :raises KindredError: for a row that is malformed, with its place, before anything is changed.
        """
        start = time.monotonic()
        self._check_open()
        ratings = _loading.Ratings(_loading.read(source, user, item, rating))
        mean, deviation = ratings.scale(scale) if rating is not None else (0.0, 1.0)
        catalogue = catalogue if catalogue is not None else collection + "-items"
        for name in (collection, catalogue):
            if self._send("GET", f"/collections/{quote(name, safe='')}/exists")["exists"]:
                if not replace:
                    raise KindredError(
                        f"there is a collection '{name}' already; give replace=True to drop it first, or "
                        "other names with collection= and catalogue=")
                self._send("DELETE", f"/collections/{quote(name, safe='')}")
        # As the command line's loads leave it.
        metadata = {"kindred": {
            "kind": "ratings", "source": ["kindred_db"], "collection": collection,
            "catalogue": catalogue, "scale": scale, "mean": mean, "deviation": deviation,
            "users": ratings.user_kind, "items": ratings.item_kind, "ratings": ratings.count,
            "loaded_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "complete": True}}
        self._send("PUT", f"/collections/{quote(catalogue, safe='')}",
                   {"vectors": {}, "metadata": metadata})
        self._send("PUT", f"/collections/{quote(collection, safe='')}",
                   {"sparse_vectors": {"ratings": {}}, "metadata": metadata})
        for batch in ratings.item_points(titles):
            self._upsert(catalogue, batch)
        for batch in ratings.user_points(mean, deviation, users):
            self._upsert(collection, batch)
        return LoadReport(
            users=len(ratings.users), ratings=ratings.count, items=len(ratings.items), mean=mean,
            deviation=deviation, seconds=time.monotonic() - start)

    # Recommending.

    def recommend(
        self, likes: Union[Item, Iterable[Item]] = (), dislikes: Union[Item, Iterable[Item]] = (), *,
        user: Optional[Item] = None, where: Optional[Mapping[str, Condition]] = None, limit: int = 10,
        collection: Optional[str] = None,
    ) -> Recommendations:
        """Finds the users nearest to these likes and dislikes, and adds up what they think of the rest.

        :param likes, dislikes: items by number, key, or words of their titles.
        :param user: instead of these: a user of the collection.
        :param where: only users of whom this holds: `{"gender": "F", "age": {">=": 25, "<": 45}}`.
        :param collection: which ratings, where there are several.
        :raises KindredError: in the daemon's words, also when a title fits several items or none.
        """
        self._check_open()
        collection, about = self._ratings(collection)
        catalogue = str(about.get("catalogue", "movies"))
        arguments = ["recommend", "--collection", collection, "--catalogue", catalogue,
                     "--limit", str(limit)]
        for option, items in (("--like", likes), ("--dislike", dislikes)):
            for item in [items] if isinstance(items, (str, int)) else items:
                number = self._number(item, catalogue) if about.get("items") == "keys" else None
                arguments.append(f"{option}={item if number is None else number}")
        if user is not None:
            if about.get("users") != "keys" and not str(user).isdecimal():
                raise KindredError(f"there is no user {user!r} in '{collection}'")
            arguments.append(f"--user={user}")
        for field, condition in (where or {}).items():
            tests = condition.items() if isinstance(condition, Mapping) else [("=", condition)]
            arguments += [f"--where={field}{relation}{_literal(value)}" for relation, value in tests]
        answer = self._command(arguments)
        return Recommendations([Recommendation.from_answer(one) for one in answer["items"]])

    def _ratings(self, name: Optional[str]) -> "tuple[str, Dict[str, Any]]":
        """The collection that is meant, and what was noted of it when it was loaded."""
        def config(name: str) -> Dict[str, Any]:
            result: Dict[str, Any] = self._send("GET", f"/collections/{quote(name, safe='')}")["config"]
            return result

        def noted(config: Dict[str, Any]) -> Dict[str, Any]:
            return (config.get("metadata") or {}).get("kindred") or {}

        if name is not None:
            return name, noted(config(name))
        found: Dict[str, Dict[str, Any]] = {}
        for one in self._send("GET", "/collections")["collections"]:
            about = config(one["name"])
            if "ratings" in (about["params"].get("sparse_vectors") or {}):
                found[one["name"]] = noted(about)
        if len(found) == 1:
            return next(iter(found.items()))
        if not found:
            raise KindredError("there are no ratings yet: load_movielens or load_ratings brings some")
        raise KindredError(f"there are ratings in {', '.join(sorted(found))}: say which with collection=")

    def _number(self, key: Item, collection: str) -> Optional[int]:
        """The number of the point with this key."""
        found: List[Dict[str, Any]] = self._send(
            "POST", f"/collections/{quote(collection, safe='')}/points/scroll",
            {"filter": {"must": [{"key": "key", "match": {"value": str(key)}}]}, "limit": 1,
             "with_payload": False})["points"]
        return found[0]["id"] if found else None

    # Calling.

    def _check_open(self) -> None:
        if self._http.is_closed:
            raise KindredError("the database is closed")

    def _command(self, arguments: List[str]) -> Dict[str, Any]:
        self._check_open()
        answer: Dict[str, Any] = json.loads(
            _binary.run([*arguments, "--json", "--socket", self.socket_path]))
        return answer

    def _upsert(self, collection: str, points: List[Dict[str, Any]]) -> None:
        self._send("PUT", f"/collections/{quote(collection, safe='')}/points?wait=true", {"points": points})

    def _send(self, method: str, path: str, body: Optional[Dict[str, Any]] = None) -> Any:
        try:
            response = self._http.request(method, path, json=body)
            answer = response.json()
        except (httpx.TransportError, ValueError) as error:
            words = self._daemon.words() if self._daemon is not None else ""
            raise KindredError(f"the daemon does not answer: {words or error}") from error
        if not response.is_success:
            status = answer.get("status")
            raise KindredError(status["error"] if isinstance(status, dict) else str(answer))
        return answer["result"]


def _literal(value: Union[bool, int, float, str]) -> str:
    """As the command line's conditions have it: text in quotes, so that none looks like a number."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else repr(value)
