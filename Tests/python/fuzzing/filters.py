"""Filters of all conditions."""

from . import leaves
from .fields import IDS, INSTANTS, KEYS, MULTI, DENSE, SPARSE, UUIDS, WORDS


def filter_of(random, depth=0):
    """A filter with a few conditions, nested at times."""
    found = {}
    for clause in random.sample(["must", "should", "must_not"], random.choice([1, 1, 1, 2, 3])):
        conditions = [condition(random, depth) for _ in range(random.choice([1, 1, 1, 2, 3]))]
        found[clause] = conditions[0] if random.random() < 0.2 else conditions
    if random.random() < 0.05:
        found["min_should"] = {
            "conditions": [condition(random, depth) for _ in range(3)],
            "min_count": random.choice([1, 2, 3, 4, 2**62, 2**63, 2**64 - 1]),
        }
    return found


def condition(random, depth=0):
    kind = random.randrange(20)
    if kind < 13:
        return {"key": random.choice(KEYS), **test(random)}
    if kind == 13:
        return {random.choice(["is_empty", "is_null"]): {"key": random.choice(KEYS)}}
    if kind == 14:
        return {"has_id": random.sample(IDS, random.randrange(6))}
    if kind == 15:
        return {"has_vector": random.choice([*DENSE, *MULTI, *SPARSE, "", "none"])}
    if kind == 16:
        total = random.choice([1, 2, 3, 2**32, 2**62, 2**63, 2**64 - 1])
        return {"slice": {"index": random.choice([0, total // 2, total - 1]), "total": total}}
    if depth > 3:
        return {"key": "n", "match": {"value": 1}}
    if kind == 17:
        return {
            "nested": {
                "key": random.choice(["list", "list[]", "o", "tags"]),
                "filter": filter_of(random, depth + 1),
            }
        }
    return filter_of(random, depth + 1)


def test(random):
    """What a condition asks of its key."""
    kind = random.randrange(12)
    if kind < 3:
        return {"match": match(random)}
    if kind < 6:
        return {"range": bounds(random, number)}
    if kind == 6:
        return {"range": bounds(random, lambda random: random.choice(INSTANTS))}
    if kind == 7:
        return {"values_count": bounds(random, count)}
    if kind == 8:
        return {random.choice(["is_empty", "is_null"]): random.random() < 0.5}
    if kind == 9:
        return {"geo_bounding_box": {"top_left": place(random), "bottom_right": place(random)}}
    if kind == 10:
        radius = random.choice([0, 1000, -1, 1e-45, 5e6, 2e7, 1e308, -0.0])
        return {"geo_radius": {"center": place(random), "radius": radius}}
    return {
        "geo_polygon": {
            "exterior": ring(random),
            "interiors": [ring(random) for _ in range(random.choice([0, 0, 1]))],
        }
    }


def match(random):
    kind = random.randrange(9)
    if kind < 3:
        return {"value": value(random)}
    if kind < 5:
        values = [value(random) for _ in range(random.randrange(4))]
        only = str if random.random() < 0.5 else int
        return {
            random.choice(["any", "except"]): [
                v for v in values if isinstance(v, only) and not isinstance(v, bool)
            ]
        }
    how = random.choice(["text", "text_any", "phrase", "prefix", "substring"])
    return {how: random.choice([*WORDS, "red cat", "", " ", "r", "\u0301", "e", "\0"])}


def value(random):
    return random.choice(
        [
            random.choice(WORDS),
            random.choice(WORDS),
            random.choice(UUIDS),
            random.choice(leaves.STRINGS),
            random.randrange(5),
            integer(random),
            True,
            False,
        ]
    )


def integer(random):
    """One that is an Int64."""
    return random.choice([i for i in leaves.INTEGERS if -(2**63) <= i < 2**63])


def number(random):
    return random.choice(
        [
            random.randrange(5),
            random.random() * 5,
            integer(random),
            random.choice(leaves.INTEGERS),
            random.choice(leaves.DOUBLES),
        ]
    )


def count(random):
    return random.choice([0, 1, 2, 3, 2**31, 2**62, 2**63 - 1, 2**63, 2**64 - 1])


def bounds(random, bound):
    names = random.sample(["lt", "gt", "gte", "lte"], random.choice([0, 1, 1, 2, 2, 4]))
    return {name: bound(random) for name in names}


def place(random):
    return {
        "lon": random.choice([0, 13.4, -13.4, 180, -180, 179.99999999999, 1e-45, -0.0]),
        "lat": random.choice([0, 52.5, -52.5, 90, -90, 89.99999999999, 5e-324]),
    }


def ring(random):
    points = [place(random) for _ in range(random.choice([3, 3, 4, 12]))]
    return {"points": points + points[:1]}
