"""Queries of all kinds, with prefetches below them, and the other reads."""

from . import leaves
from .fields import DENSE, IDS, KEYS, MULTI, NAMES, SPARSE, WORDS
from .filters import condition, filter_of, place
from .points import sparse, vector, weight

VECTORS = [*DENSE, *MULTI, *SPARSE]
LIMITS = [
    1,
    2,
    3,
    5,
    10,
    10,
    10,
    100,
    1000,
    2**31,
    2**32,
    2**53,
    2**62,
    2**63 - 1,
    2**63,
    2**64 - 1,
]
GROUP_KEYS = [
    "n",
    "k",
    "u",
    "plain_n",
    "plain_k",
    "tags",
    "tags[]",
    "list[].k",
    "\u00c5",
    "\u212b",
    "o.x",
]


def limit(random):
    return random.choice(LIMITS)


def example(random, name):
    """A vector, or the id of a point that lends its own."""
    return random.choice(IDS) if random.random() < 0.4 else vector(random, name)


def examples(random, name, least=0):
    return [example(random, name) for _ in range(random.randrange(least, 4))]


def recommendation(random, name):
    body = {"positive": examples(random, name, 1), "negative": examples(random, name)}
    if random.random() < 0.8:
        body["strategy"] = random.choice(["average_vector", "best_score", "sum_scores"])
    return body


def pairs(random, name):
    return [
        {"positive": example(random, name), "negative": example(random, name)}
        for _ in range(random.choice([0, 1, 1, 2, 5]))
    ]


def order_by(random):
    key = random.choice(["n", "f", "when", "o.x", "list[].y", "k"])
    if random.random() < 0.3:
        return key
    return {
        "key": key,
        "direction": random.choice(["asc", "desc"]),
        "start_from": random.choice(
            [None, 0, "2026-01-31T12:00:00Z", *leaves.INTEGERS, *leaves.DOUBLES]
        ),
    }


def query(random, name):
    """One that needs no prefetch."""
    kind = random.randrange(10)
    if kind < 2:
        return example(random, name)
    if kind == 2:
        mmr = {
            "diversity": random.choice([0, 0.5, 1, 1e-45]),
            "candidates_limit": random.choice([0, 1, 5, 100, 16_384]),
        }
        return {"nearest": example(random, name), "mmr": mmr}
    if kind == 3:
        return {"recommend": recommendation(random, name)}
    if kind == 4:
        return {"discover": {"target": example(random, name), "context": pairs(random, name)}}
    if kind == 5:
        return {"context": pairs(random, name)}
    if kind == 6:
        return {"order_by": order_by(random)}
    if kind == 7:
        return {"sample": "random"}
    if kind == 8:
        text = " ".join(random.choices(WORDS, k=3))
        return {
            "text": random.choice(
                [
                    text,
                    {
                        "query": text,
                        "scoring": {
                            "bm25": {
                                "k": random.choice(leaves.DOUBLES),
                                "b": random.choice(leaves.DOUBLES),
                            }
                        },
                    },
                ]
            )
        }
    feedback = [
        {"example": example(random, name), "score": weight(random)}
        for _ in range(random.choice([0, 1, 2, 3, 5]))
    ]
    strategy = {letter: weight(random) for letter in "abc"}
    return {
        "relevance_feedback": {
            "target": example(random, name),
            "feedback": feedback,
            "strategy": {"naive": strategy},
        }
    }


def merging(random):
    """One over what prefetches found."""
    kind = random.randrange(4)
    if kind == 0:
        return {"fusion": random.choice(["rrf", "dbsf"])}
    if kind == 1:
        return {
            "rrf": {
                "k": random.choice([1, 2, 60, 2**31, 2**62, 2**63 - 1, 2**63, 2**64 - 1]),
                "weights": [weight(random) for _ in range(random.randrange(4))],
            }
        }
    return {
        "formula": expression(random),
        "defaults": random.choice(
            [
                {},
                {"n": 1, "f": 0.5},
                {"$score[1]": 1e308, "place": place(random)},
                {"k": leaves.leaf(random)},
            ]
        ),
    }


def expression(random, depth=0):
    kind = random.randrange(6 if depth > 4 else 16)

    def operand():
        return expression(random, depth + 1)

    if kind < 2:
        return random.choice([1, 2, 0.5, *leaves.DOUBLES])
    if kind < 4:
        return random.choice(
            [
                "$score",
                "$score[0]",
                "$score[1]",
                "$score[63]",
                "n",
                "f",
                "o.x",
                "list[].y",
                "plain_n",
                "$score[9223372036854775807]",
            ]
        )
    if kind == 4:
        return condition(random, 2)
    if kind == 5:
        return random.choice(
            [
                {"datetime": "2026-01-31T12:00:00Z"},
                {"datetime_key": "when"},
                {"geo_distance": {"origin": place(random), "to": "place"}},
            ]
        )
    if kind < 9:
        name = random.choice(["sum", "mult", "max", "min"])
        return {name: [operand() for _ in range(random.randrange(4))]}
    if kind < 12:
        return {random.choice(["neg", "abs", "sqrt", "exp", "log10", "ln", "acosh"]): operand()}
    if kind == 12:
        return {
            "div": {
                "left": operand(),
                "right": operand(),
                "by_zero_default": random.choice([None, 0, 1e308]),
            }
        }
    if kind == 13:
        return {"pow": {"base": operand(), "exponent": operand()}}
    return {
        random.choice(["exp_decay", "gauss_decay", "lin_decay"]): {
            "x": operand(),
            "target": operand(),
            "scale": random.choice([1, 1e-45, 3.4e38, 5000]),
            "midpoint": random.choice([0.5, 1e-45, 0.25, 0.9999999]),
        }
    }


def stage(random, depth=0):
    """What a query and a prefetch have in common."""
    body = {}
    name = random.choice(VECTORS)
    if depth < 3 and random.random() < 0.35:
        prefetches = [stage(random, depth + 1) for _ in range(random.choice([0, 1, 2, 3]))]
        body["prefetch"] = prefetches[0] if len(prefetches) == 1 else prefetches
        body["query"] = merging(random) if random.random() < 0.7 else query(random, name)
    elif random.random() < 0.95:
        body["query"] = query(random, name)
    if not isinstance(body.get("query"), dict) or not (
        {"fusion", "rrf", "formula", "order_by", "sample", "text"} & set(body["query"])
    ):
        body["using"] = name
    elif "text" in body["query"]:
        body["using"] = random.choice(["text", "prefix"])
    body["limit"] = limit(random)
    if random.random() < 0.3:
        body["filter"] = filter_of(random)
    if random.random() < 0.15:
        body["score_threshold"] = weight(random)
    if random.random() < 0.15:
        body["params"] = parameters(random)
    if random.random() < 0.1:
        body["lookup_from"] = {"collection": random.choice(NAMES), "vector": random.choice(VECTORS)}
    return body


def parameters(random):
    return random.choice(
        [
            {"exact": True, "hnsw_ef": random.choice([0, 2**31, 2**62, 2**64 - 1])},
            {"idf": "global"},
            {"idf": {"corpus": filter_of(random)}},
            {"quantization": {"rescore": True, "oversampling": random.choice([1, 2.5, 1e308])}},
        ]
    )


def with_payload(random):
    keys = random.choices(["n", "k", "o.x", "list[].y", "tags[0]", "\u00c5", "none", '"a.b"'], k=2)
    return random.choice([True, False, keys, {"include": keys}, {"exclude": keys}, []])


def with_vector(random):
    return random.choice([True, False, [random.choice(VECTORS)], [], ["none"]])


def request(random):
    body = stage(random)
    if random.random() < 0.3:
        body["offset"] = random.choice([0, 1, 5, 2**31, 2**62, 2**63 - 1, 2**63, 2**64 - 1])
    if random.random() < 0.5:
        body["with_payload"] = with_payload(random)
        body["with_vector"] = with_vector(random)
    return body


def groups(random):
    body = {**request(random), "group_by": random.choice(GROUP_KEYS)}
    body.pop("offset", None)
    if random.random() < 0.7:
        body["group_size"] = limit(random)
    if random.random() < 0.3:
        body["with_lookup"] = random.choice(
            [
                random.choice(NAMES),
                {
                    "collection": random.choice(NAMES),
                    "with_payload": with_payload(random),
                    "with_vectors": with_vector(random),
                },
            ]
        )
    return body


def batch(random, one):
    return {"searches": [one(random) for _ in range(random.choice([0, 1, 2, 4]))]}


def legacy(random):
    """The members that the older searches share."""
    body = {
        "limit": limit(random),
        "filter": random.choice([None, filter_of(random)]),
        "with_payload": with_payload(random),
        "with_vector": with_vector(random),
    }
    if random.random() < 0.3:
        body["offset"] = limit(random)
        body["score_threshold"] = weight(random)
        body["params"] = parameters(random)
    return body


def search(random):
    name = random.choice(VECTORS)
    return {"vector": {"name": name, "vector": vector(random, name)}, **legacy(random)}


def recommend(random):
    name = random.choice(VECTORS)
    return {**recommendation(random, name), "using": name, **legacy(random)}


def discover(random):
    name = random.choice(VECTORS)
    return {
        "target": example(random, name),
        "context": pairs(random, name),
        "using": name,
        **legacy(random),
    }


def grouped(one):
    def body(random):
        body = {**one(random), "group_by": random.choice(GROUP_KEYS), "group_size": limit(random)}
        body.pop("offset", None)
        return body

    return body


def scroll(random):
    body = {
        "limit": limit(random),
        "with_payload": with_payload(random),
        "with_vector": with_vector(random),
    }
    if random.random() < 0.5:
        body["filter"] = filter_of(random)
    if random.random() < 0.3:
        body["order_by"] = order_by(random)
    elif random.random() < 0.3:
        body["offset"] = random.choice(IDS)
    return body


def facet(random):
    return {
        "key": random.choice(KEYS),
        "limit": limit(random),
        "exact": True,
        "filter": random.choice([None, filter_of(random)]),
    }


def matrix(random):
    return {
        "using": random.choice(VECTORS),
        "sample": random.choice([2, 5, 100, 1000, 2**31, 2**64 - 1]),
        "limit": limit(random),
        "filter": random.choice([None, filter_of(random)]),
    }


def taste(random):
    """The product's own recommendation."""
    body = random.choice(
        [
            {"point": random.choice(IDS)},
            {"ratings": sparse(random)},
            {
                "ratings": {
                    str(random.choice([0, 1, 2, 5, 2**32 - 1])): weight(random) for _ in range(3)
                }
            },
        ]
    )
    body = {
        **body,
        "using": random.choice(SPARSE),
        "neighbors": limit(random),
        "limit": limit(random),
    }
    if random.random() < 0.5:
        body |= {
            "similarity": random.choice(["dot", "cosine"]),
            "explain": random.random() < 0.5,
            "neighbor_weight": random.choice(["uniform", "similarity"]),
            "exclude_rated": random.random() < 0.5,
            "catalogue": random.choice(NAMES),
        }
    if random.random() < 0.5:
        body |= {
            "method": random.choice(["auto", "neighbors", "items", "popular", "notebook"]),
            "input": random.choice(["stored", "range", {"scale": 2.0, "offset": -1.0}]),
            "target": random.choice(["stored", "range", {"scale": weight(random)}]),
            "popularity": random.choice([0, 0.5, 4]),
            "offset": random.choice([0, 1, 2**64 - 1]),
            "diversity": random.choice([None, 0, 0.5, 1]),
            "new_items": random.choice([None, 0, 0.1, 1, 1.5, 1e-45]),
            "min_neighbors": limit(random),
            "exclude": [0, 2**32 - 1],
        }
    if random.random() < 0.3:
        body["filter"] = filter_of(random)
    return body
