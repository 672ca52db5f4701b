"""Random values of the types that the official client's models have, as JSON has them."""
import datetime
import enum
import typing
import uuid

import pydantic
from qdrant_client.http.models import models

INTEGERS = [0, 1, 2, 3, 5, 10, 16, 63, 100, 255, 256, 1000, 10_000, 65_535, 65_536, 2**31 - 1, 2**32 - 1,
            2**32, 2**53, 2**63 - 1]
FLOATS = [0.0, 1.0, 0.5, -1.0, 0.1, 1e-3, 100.0, 0.99, 1e10]
TEXTS = ["a", "b", "", "é", "s", "x" * 40]
NAMES = ["a", "s", "d", "", "é"]
MAXIMUM_DEPTH = 6


class Maker:
    """`choose(type, name)` gives a list of one value where a test wants a certain one."""

    def __init__(self, random, choose=lambda kind, name: None):
        self.random, self.choose = random, choose

    def value(self, kind, depth=0, name=None):
        chosen = self.choose(kind, name)
        if chosen is not None:
            return chosen[0]
        if isinstance(kind, typing.ForwardRef):
            kind = kind.__forward_arg__
        if isinstance(kind, str):
            kind = getattr(models, kind)
        origin, arguments = typing.get_origin(kind), typing.get_args(kind)
        if origin is typing.Union:
            return self.one_of(arguments, depth, name)
        if origin is typing.Annotated:
            return self.value(arguments[0], depth, name)
        if origin is typing.Literal:
            return self.random.choice(arguments)
        if origin is list:
            return [self.value(arguments[0], depth + 1, name)
                    for _ in range(self.random.choice([0, 1, 1, 2, 3]))]
        if origin is dict:
            return {self.random.choice(NAMES): self.value(arguments[1], depth + 1, name)
                    for _ in range(self.random.choice([0, 1, 1, 2]))}
        if isinstance(kind, type) and issubclass(kind, pydantic.BaseModel):
            return self.model(kind, depth)
        return self.leaf(kind)

    def one_of(self, kinds, depth, name):
        if type(None) in kinds:
            kinds = [kind for kind in kinds if kind is not type(None)]
            if self.random.random() < 0.1:
                return None
        if depth > MAXIMUM_DEPTH:
            plain = [kind for kind in kinds if typing.get_origin(kind) is None and not (
                isinstance(kind, type) and issubclass(kind, pydantic.BaseModel))]
            kinds = plain or kinds
        return self.value(self.random.choice(kinds), depth, name)

    def leaf(self, kind):
        if kind in (typing.Any, object):
            return self.random.choice([1, "x", None, True, 2.5, [1, "a"], {"k": 1}])
        if isinstance(kind, type) and issubclass(kind, enum.Enum):
            return self.random.choice(list(kind)).value
        if kind in (bool, models.StrictBool):
            return self.random.random() < 0.5
        if kind in (int, models.StrictInt):
            return self.random.choice(INTEGERS)
        if kind in (float, models.StrictFloat):
            return self.random.choice(FLOATS)
        if kind in (str, models.StrictStr):
            return self.random.choice(TEXTS)
        if kind in (datetime.datetime, datetime.date):
            return "2024-01-05T00:00:00Z"
        if kind is uuid.UUID:
            return str(uuid.UUID(int=self.random.randrange(3)))
        raise TypeError(f"no values of {kind}")

    def model(self, kind, depth=0):
        """Every member that may be missing is there or not, with one probability for all of them."""
        likely = self.random.choice([0.1, 0.3, 0.6, 1.0]) if depth < 3 else 0.2
        members = {}
        for name, field in kind.model_fields.items():
            if field.is_required() or self.random.random() <= likely:
                members[field.alias or name] = self.value(field.annotation, depth + 1, name)
        return members
