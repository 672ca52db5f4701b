"""Kindred from Python: recommendations from ratings, kept by a daemon that lives as long as you need it.

    import kindred_db

    with kindred_db.open("./data") as db:
        db.load_movielens("ml-1m")
        print(db.recommend(likes=["matrix", "toy story"], dislikes=["titanic 1997"]))

`db.client` is a `QdrantClient` of the same daemon.
"""
from ._database import Database, connect, open
from ._errors import KindredError
from ._loading import LoadReport, generate_movielens
from ._recommendations import Recommendation, Recommendations

__all__ = [
    "Database", "KindredError", "LoadReport", "Recommendation", "Recommendations", "connect",
    "generate_movielens", "open",
]
