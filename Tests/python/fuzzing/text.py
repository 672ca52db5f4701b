"""JSON as a hostile client writes it: bad numbers, repeated names, lone surrogates."""

import json


class Raw:
    """Bytes that stand in a document as they are, JSON or not."""

    def __init__(self, text):
        self.text = text

    def __repr__(self):
        return f"Raw({self.text!r})"


class Pairs:
    """An object whose names may be repeated."""

    def __init__(self, members):
        self.members = members

    def __repr__(self):
        return f"Pairs({self.members!r})"


def encode(value):
    """The bytes of a document."""
    pieces = []
    write(value, pieces)
    return "".join(pieces).encode()


def write(value, pieces):
    if isinstance(value, Raw):
        pieces.append(value.text)
    elif isinstance(value, (dict, Pairs)):
        members = value.members if isinstance(value, Pairs) else value.items()
        pieces.append("{")
        for number, (name, member) in enumerate(members):
            pieces.append(("," if number else "") + json.dumps(name) + ":")
            write(member, pieces)
        pieces.append("}")
    elif isinstance(value, (list, tuple)):
        pieces.append("[")
        for number, element in enumerate(value):
            if number:
                pieces.append(",")
            write(element, pieces)
        pieces.append("]")
    elif isinstance(value, str):
        # Escaped or plain: both must mean the same.
        plain = len(value) % 2 and not any(0xD800 <= ord(letter) < 0xE000 for letter in value)
        pieces.append(json.dumps(value, ensure_ascii=not plain))
    else:
        pieces.append(json.dumps(value))


def decode(data):
    """A document that must be JSON in the strict sense, with finite numbers only."""

    def refuse(text):
        raise ValueError(f"`{text}` is not JSON")

    def finite(text):
        number = float(text)
        if number in (float("inf"), float("-inf")):
            raise ValueError(f"`{text}` is beyond a double's range")
        return number

    return json.loads(data, parse_constant=refuse, parse_float=finite)
