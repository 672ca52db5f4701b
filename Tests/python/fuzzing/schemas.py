"""Values as the schemas of the OpenAPI document describe them, for every endpoint it names."""

from . import leaves

MAXIMUM_DEPTH = 7


def value(random, document, schema, depth=0):
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return value(random, document, document["components"]["schemas"][name], depth + 1)
    if "anyOf" in schema:
        choices = schema["anyOf"]
        plain = [
            choice for choice in choices if choice.get("type") not in (None, "object", "array")
        ]
        return value(
            random,
            document,
            random.choice(plain if depth > MAXIMUM_DEPTH and plain else choices),
            depth + 1,
        )
    if "allOf" in schema:
        members = {}
        for part in schema["allOf"]:
            found = value(random, document, part, depth + 1)
            members |= found if isinstance(found, dict) else {}
        return members
    if "enum" in schema:
        return random.choice(schema["enum"])
    return typed(random, document, schema, depth)


def typed(random, document, schema, depth):
    kind = schema.get("type")
    if kind == "object":
        return object_of(random, document, schema, depth)
    if kind == "array":
        least = schema.get("minItems", 0)
        count = least if depth > MAXIMUM_DEPTH else least + random.choice([0, 1, 1, 2, 3])
        return [value(random, document, schema.get("items", {}), depth + 1) for _ in range(count)]
    if kind == "integer":
        low, high = schema.get("minimum", 0), schema.get("maximum", 2**64 - 1)
        return random.choice([low, high] + [i for i in leaves.INTEGERS if low <= i <= high])
    if kind == "number":
        low, high = schema.get("minimum", -1e308), schema.get("maximum", 1e308)
        return random.choice([low] + [n for n in leaves.DOUBLES if low <= n <= high])
    if kind == "boolean":
        return random.random() < 0.5
    if kind == "null":
        return None
    if kind == "string":
        return random.choice(leaves.STRINGS)
    return leaves.leaf(random)


def object_of(random, document, schema, depth):
    members = {}
    required = schema.get("required", [])
    chance = 0 if depth > MAXIMUM_DEPTH else 0.4
    for name, property in schema.get("properties", {}).items():
        if name in required or random.random() < chance:
            members[name] = value(random, document, property, depth + 1)
    others = schema.get("additionalProperties")
    if isinstance(others, dict) and depth <= MAXIMUM_DEPTH:
        for _ in range(random.choice([0, 1, 2])):
            members[random.choice(leaves.STRINGS)] = value(random, document, others, depth + 1)
    return members
