"""Points: ids, vectors of all kinds, payloads of all kinds, and the bodies that change them."""

from . import leaves
from .fields import DENSE, IDS, INSTANTS, MULTI, SPARSE, UUIDS, WORDS
from .filters import filter_of, integer, number, place

DIMENSIONS = [0, 1, 2, 3, 5, 8, 63, 64, 127, 128, 65_535, 65_536, 2**31 - 1, 2**31, 2**32 - 1]


def weight(random):
    return random.choice(
        [
            random.randrange(-3, 4),
            random.random(),
            random.random() * 4 - 2,
            random.choice(leaves.FLOATS),
        ]
    )


def dense(random, size):
    if random.random() < 0.1:
        return [random.choice([0, 1e-45, 3.4e38, -3.4e38, -0.0])] * size
    return [weight(random) for _ in range(size)]


def multi(random, size):
    return [dense(random, size) for _ in range(random.choice([1, 2, 2, 3, 9]))]


def sparse(random):
    if random.random() < 0.05:
        return {"text": " ".join(random.choices(WORDS, k=5)), "model": "qdrant/bm25"}
    indices = random.sample(DIMENSIONS, random.choice([0, 1, 2, 3, 4, 8]))
    return {"indices": indices, "values": [weight(random) for _ in indices]}


def vector(random, name):
    """One of the size that `name` has."""
    if name in DENSE:
        return dense(random, DENSE[name])
    if name in MULTI:
        return multi(random, MULTI[name])
    return sparse(random)


def vectors(random):
    names = [*DENSE, *MULTI, *SPARSE]
    chosen = random.sample(names, random.choice([0, 1, 2, 4, len(names)]))
    return {name: vector(random, name) for name in chosen}


def ratings(random):
    """A body that rates: few users, so that their vectors grow, shrink and are made anew."""
    body = {
        "ratings": [
            {
                "user": random.choice(IDS[:8]),
                "item": random.choice(DIMENSIONS),
                "rating": random.choice([None, weight(random), 4, 5]),
            }
            for _ in range(random.choice([1, 1, 2, 20]))
        ]
    }
    if random.random() < 0.3:
        body["using"] = random.choice(SPARSE)
    return body


def payload(random):
    members = {
        "n": lambda: random.choice([integer(random), random.randrange(5), [1, 2, integer(random)]]),
        "f": lambda: number(random),
        "k": lambda: random.choice([random.choice(WORDS), random.sample(WORDS, 3)]),
        "b": lambda: random.random() < 0.5,
        "u": lambda: random.choice(UUIDS),
        "when": lambda: random.choice(INSTANTS),
        "place": lambda: random.choice([place(random), [place(random), place(random)]]),
        "text": lambda: " ".join(random.choices(WORDS, k=random.choice([1, 5, 20]))),
        "prefix": lambda: random.choice(WORDS),
        "plain_n": lambda: random.choice([integer(random), number(random), 1, 1.0, [1, 2]]),
        "plain_k": lambda: random.choice([*WORDS, *leaves.STRINGS]),
        "\u00c5": lambda: random.choice(WORDS),
        "\u212b": lambda: random.choice(WORDS),
        "\u00e9": lambda: random.choice(WORDS),
        "e\u0301": lambda: random.choice(WORDS),
        "tags": lambda: random.sample(leaves.EQUIVALENT, random.randrange(5)),
        "o": lambda: {"x": integer(random), "e\u0301": 1, "\u00e9": 2},
        "list": lambda: [{"y": number(random), "k": random.choice(WORDS)} for _ in range(3)],
        "a.b": lambda: 1,
        "": lambda: "empty",
        "any": lambda: random.choice(
            [
                None,
                [],
                {},
                [None],
                leaves.nested(random.choice([3, 30, 60, 61, 62, 63])),
                random.choice(leaves.STRINGS),
                random.choice(leaves.INTEGERS),
            ]
        ),
        "deep": lambda: leaves.nested(random.choice([55, 60, 61, 62]), "array"),
    }
    names = random.sample(sorted(members), random.choice([0, 2, 5, 10, len(members)]))
    return {name: members[name]() for name in names if random.random() < 0.9}


def point(random):
    return {"id": random.choice(IDS), "vector": vectors(random), "payload": payload(random)}


def selection(random):
    """Which points an operation is for."""
    if random.random() < 0.6:
        return {"points": random.choices(IDS, k=random.choice([0, 1, 2, 3]))}
    return {"filter": filter_of(random)}


def payload_key(random):
    return random.choice(
        [
            "o",
            "list[0]",
            "list[]",
            "new.key",
            "o.x.y",
            "any",
            "\u00c5",
            '"a.b"',
            "list[4294967296]",
            "list[9223372036854775807].z",
            "a" + ".a" * 62,
        ]
    )


def upsert(random):
    body = {"points": [point(random) for _ in range(random.choice([0, 1, 1, 2, 5]))]}
    if random.random() < 0.1:
        names = random.sample([*DENSE, *SPARSE], 2)
        ids = random.sample(IDS, 3)
        body = {
            "batch": {
                "ids": ids,
                "vectors": {name: [vector(random, name) for _ in ids] for name in names},
                "payloads": [random.choice([None, payload(random)]) for _ in ids],
            }
        }
    if random.random() < 0.15:
        body["update_filter"] = filter_of(random)
    if random.random() < 0.15:
        body["update_mode"] = random.choice(["upsert", "insert_only", "update_only"])
    return body


def set_payload(random):
    body = {"payload": payload(random), **selection(random)}
    if random.random() < 0.2:
        body["key"] = payload_key(random)
    return body


def delete_payload(random):
    keys = random.sample(["n", "k", "o.x", "list[].y", "tags[0]", "\u00c5", "\u212b", "none"], 2)
    return {"keys": keys, **selection(random)}


def update_vectors(random):
    points = [
        {"id": random.choice(IDS), "vector": vectors(random)}
        for _ in range(random.choice([1, 2, 3]))
    ]
    body = {"points": points}
    if random.random() < 0.2:
        body["update_filter"] = filter_of(random)
    return body


def delete_vectors(random):
    names = [*DENSE, *MULTI, *SPARSE, "none"]
    return {"vector": random.sample(names, random.choice([1, 2])), **selection(random)}


def operation(random):
    """One of a batch of changes."""
    kinds = {
        "upsert": upsert,
        "delete": selection,
        "set_payload": set_payload,
        "overwrite_payload": set_payload,
        "delete_payload": delete_payload,
        "clear_payload": selection,
        "update_vectors": update_vectors,
        "delete_vectors": delete_vectors,
    }
    name = random.choice(sorted(kinds))
    return {name: kinds[name](random)}
