"""The notebook's own steps with the official client, compared with its published tables."""
from collections import defaultdict

import pytest
from qdrant_client import models

# Of the complete ML-1M; the folder may hold a part of it.
MEAN, DEVIATION = 3.581564453029317, 1.1171018453732577
MY_RATINGS = {
    2571: 1, 329: 1, 260: 1, 2288: -1, 1: 1, 1721: -1, 296: -1, 356: 1, 2116: 1, 1291: -1, 1036: -1,
}
ALL_USERS = [
    ("Star Wars: Episode V - The Empire Strikes Back (1980)", 20.023877887283938),
    ("Star Wars: Episode VI - Return of the Jedi (1983)", 16.44318377549194),
    ("Princess Bride, The (1987)", 15.84006760423755),
    ("Raiders of the Lost Ark (1981)", 14.94489407628955),
    ("Sixth Sense, The (1999)", 14.570321651488953),
]
AGE_25 = [
    ("Princess Bride, The (1987)", 16.214640029038147),
    ("Star Wars: Episode V - The Empire Strikes Back (1980)", 14.652836719595939),
    ("Blade Runner (1982)", 13.52911944519415),
    ("Usual Suspects, The (1995)", 13.446604377087162),
    ("Godfather, The (1972)", 13.300575698740357),
]


def read(folder):
    def lines(name):
        with open(folder / name, encoding="latin-1") as file:
            for line in file:
                yield line.rstrip("\n").split("::")

    users = {
        int(u): {"user_id": int(u), "gender": g, "age": int(a), "occupation": int(o), "zip": z}
        for u, g, a, o, z in lines("users.dat")
    }
    ratings = defaultdict(dict)
    for user, movie, rating, _ in lines("ratings.dat"):
        ratings[int(user)][int(movie)] = (int(rating) - MEAN) / DEVIATION
    titles = {int(m): title for m, title, _ in lines("movies.dat")}
    return users, ratings, titles


def top_movies(client, titles, query_filter=None):
    result = client.query_points(
        collection_name="movielens", using="ratings", query_filter=query_filter, with_vectors=True,
        limit=20,
        query=models.SparseVector(
            indices=list(MY_RATINGS), values=[float(v) for v in MY_RATINGS.values()]))
    scores = defaultdict(float)
    for point in result.points:
        vector = point.vector["ratings"]
        for movie, weight in zip(vector.indices, vector.values):
            if movie not in MY_RATINGS:
                scores[movie] += weight
    best = sorted(scores.items(), key=lambda item: item[1], reverse=True)[:5]
    return [(titles[movie], score) for movie, score in best]


def check_tables(client, titles):
    age_25 = models.Filter(
        must=[models.FieldCondition(key="age", match=models.MatchValue(value=25))])
    for expected, found in [
        (ALL_USERS, top_movies(client, titles)),
        (AGE_25, top_movies(client, titles, age_25)),
    ]:
        assert [title for title, _ in found] == [title for title, _ in expected]
        assert [score for _, score in found] == pytest.approx(
            [score for _, score in expected], abs=1e-5)


def test_the_notebook_prints_its_tables_before_and_after_a_restart(daemon, ml_1m):
    users, ratings, titles = read(ml_1m)
    client = daemon.over_tcp()
    client.create_collection(
        "movielens", vectors_config={},
        sparse_vectors_config={"ratings": models.SparseVectorParams()})
    client.upload_points(
        "movielens", wait=True, batch_size=256,
        points=[
            models.PointStruct(
                id=user, payload=payload,
                vector={"ratings": models.SparseVector(
                    indices=list(ratings[user]), values=list(ratings[user].values()))})
            for user, payload in users.items()
        ])
    assert client.count("movielens").count == len(users)
    check_tables(client, titles)
    check_tables(daemon.over_socket(), titles)

    assert daemon.stop() == 0
    daemon.start()
    client = daemon.over_tcp()
    assert client.count("movielens").count == len(users)
    check_tables(client, titles)
    check_tables(daemon.over_socket(), titles)

    # And on: a deleted neighbour is a neighbour no longer.
    first = client.query_points(
        "movielens", using="ratings", limit=1,
        query=models.SparseVector(indices=[2571], values=[1.0])).points[0].id
    client.delete("movielens", points_selector=[first], wait=True)
    assert client.retrieve("movielens", ids=[first]) == []
