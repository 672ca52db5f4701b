"""What a few plain conditions mean, said once more in Python: bytes decide, integers are exact."""

from . import leaves
from .fields import WORDS
from .filters import integer, number

# A combining letter stands in quotes.
KEYS = ["n", "f", "k", "plain_n", "plain_k", "\u00c5", "\u212b", "\u00e9", '"e\u0301"', "tags[]"]


def condition(random, points):
    """One whose values are often those of a point, or beside them."""
    key = random.choice(KEYS)
    known = [v for point in points for v in values(point["payload"], key)] or [0]

    def close():
        value = random.choice(known)
        if isinstance(value, int) and not isinstance(value, bool):
            return value + random.choice([-1, 0, 0, 1])
        return value

    kind = random.randrange(4)
    if kind < 2:
        numbers = [
            v
            for v in (close(), close(), number(random))
            if isinstance(v, (int, float)) and not isinstance(v, bool)
        ]
        names = random.sample(["lt", "gt", "gte", "lte"], min(len(numbers), random.choice([1, 2])))
        return {"key": key, "range": dict(zip(names, numbers))}
    choices = [close(), random.choice(WORDS), random.choice(leaves.EQUIVALENT), integer(random)]
    choices = [v for v in choices if is_matchable(v)]
    if kind == 2:
        return {"key": key, "match": {"value": random.choice(choices)}}
    only = random.choice([str, int])
    return {"key": key, "match": {"any": [v for v in choices if type(v) is only]}}


def is_matchable(value):
    return isinstance(value, (str, bool)) or isinstance(value, int) and -(2**63) <= value < 2**63


def values(payload, key):
    """The values at a key of one name; an array counts by its elements."""
    value = payload.get(name_of(key))
    found = value if isinstance(value, list) else [] if key.endswith("[]") else [value]
    return [v for v in found if isinstance(v, (str, int, float, bool))]


def name_of(key):
    return key.removesuffix("[]").strip('"')


def holds(condition, payload, integer_keys=()):
    """`integer_keys`: those with an integer index, which takes 1.0 for 1."""
    found = values(payload, condition["key"])
    if "range" in condition:
        bounds = condition["range"]
        return any(
            in_range(v, bounds)
            for v in found
            if isinstance(v, (int, float)) and not isinstance(v, bool)
        )
    match = condition["match"]
    wanted = match["any"] if "any" in match else [match["value"]]
    if condition["key"] in integer_keys:
        found += [int(v) for v in found if isinstance(v, float) and v.is_integer()]
    return any(type(v) is type(w) and v == w for v in found for w in wanted)


def in_range(value, bounds):
    """Python compares integers with floats exactly. Beyond 64 bits a number is the nearest double."""
    value, bounds = as_read(value), {name: as_read(bound) for name, bound in bounds.items()}
    return bool(bounds) and all(
        [
            value < bounds.get("lt", float("inf")) or "lt" not in bounds,
            value > bounds.get("gt", float("-inf")) or "gt" not in bounds,
            value <= bounds.get("lte", float("inf")),
            value >= bounds.get("gte", float("-inf")),
        ]
    )


def as_read(number):
    fits = isinstance(number, float) or -(2**63) <= number < 2**64
    return number if fits else float(number)
