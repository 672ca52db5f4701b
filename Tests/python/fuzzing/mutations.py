"""Changes to a valid body: a few places get something else."""

import copy

from . import leaves
from .text import Pairs, Raw


def places(value, found=None):
    """Every container in a document with a key into it."""
    found = [] if found is None else found
    members = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value) if isinstance(value, list) else ()
    )
    for key, member in list(members)[:200]:
        found.append((value, key))
        places(member, found)
    return found


def mutated(random, body):
    """A copy of `body` with one to three changes."""
    body = copy.deepcopy(body)
    for _ in range(random.choice([1, 1, 1, 2, 3])):
        known = places(body)
        if not known:
            return leaves.leaf(random)
        container, key = random.choice(known)
        change(random, container, key)
    return body


def change(random, container, key):
    value = container[key]
    kind = random.randrange(12)
    if kind < 5:
        container[key] = near(random, value)
    elif kind < 7:
        container[key] = leaves.leaf(random)
    elif kind == 7:
        del container[key]
    elif kind == 8 and isinstance(container, dict):
        name = random.choice(leaves.STRINGS + ["unknown", "filter", "limit", "query"])
        container[name] = leaves.leaf(random)
    elif kind == 9 and isinstance(container, list):
        container.extend([value] * random.choice([1, 2, 40, 1100]))
    elif kind == 10:
        container[key] = (
            [value] if random.random() < 0.5 else {random.choice(leaves.STRINGS): value}
        )
    elif isinstance(value, dict) and value:
        members = list(value.items())
        container[key] = Pairs(members + [random.choice(members)])
    else:
        container[key] = copy.deepcopy(random.choice([value, None, [], {}]))


def near(random, value):
    """Another value of the same type, at the edge of what it can be."""
    if isinstance(value, bool) or value is None:
        return random.choice([True, False, None, 0, "true"])
    if isinstance(value, int):
        return random.choice(leaves.INTEGERS + leaves.DOUBLES + leaves.NOT_NUMBERS)
    if isinstance(value, float):
        return random.choice(leaves.DOUBLES + leaves.FLOATS + leaves.NOT_NUMBERS)
    if isinstance(value, str):
        return random.choice(leaves.STRINGS)
    if isinstance(value, (Raw, Pairs)):
        return leaves.leaf(random)
    return (
        leaves.nested(random.choice([1, 20, 55, 63]))
        if random.random() < 0.3
        else random.choice([[], {}, [value], {"a": value}])
    )
