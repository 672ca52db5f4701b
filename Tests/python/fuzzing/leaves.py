"""The values at which arithmetic, conversions, limits and comparisons of strings go wrong."""

from .text import Pairs, Raw

INTEGERS = [
    0,
    1,
    -1,
    2,
    3,
    7,
    63,
    64,
    65,
    127,
    128,
    255,
    256,
    1000,
    1001,
    4096,
    10_000,
    16_384,
    65_535,
    65_536,
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**32,
    2**53 - 1,
    2**53,
    2**53 + 1,
    2**62,
    2**63 - 1,
    2**63,
    2**64 - 1,
    2**64,
    -(2**31),
    -(2**31) - 1,
    -(2**53) - 1,
    -(2**63),
    -(2**63) - 1,
]
DOUBLES = [
    0.0,
    -0.0,
    0.5,
    1.5,
    -1.5,
    1e-7,
    3.4e38,
    -3.4e38,
    3.4028234663852886e38,
    3.4028235677973366e38,
    1e39,
    -1e39,
    1e300,
    1e308,
    -1e308,
    1.7976931348623157e308,
    1e-45,
    -1e-45,
    7e-46,
    1e-46,
    5e-324,
    1.1754943508222875e-38,
    9007199254740993.0,
    9.223372036854776e18,
    1.8446744073709552e19,
]
# What a vector's weight can be.
FLOATS = [
    0,
    1,
    -1,
    0.5,
    2,
    1e-45,
    -1e-45,
    3.4e38,
    -3.4e38,
    3.4028234663852886e38,
    -0.0,
    1e19,
    -1e19,
    1e30,
    16777217,
    1.1754943508222875e-38,
]
NOT_NUMBERS = [
    Raw(text)
    for text in [
        "NaN",
        "Infinity",
        "-Infinity",
        "1e999",
        "-1e999",
        "1e-999",
        "01",
        "1.",
        ".5",
        "+1",
        "0x1",
        "1e",
        "-",
        "1e99999999999999999999",
        "0." + "0" * 5000 + "1",
        "1" * 5000,
    ]
]
# Different bytes, canonically equivalent.
EQUIVALENT = [
    "\u00e9",
    "e\u0301",
    "\u00c5",
    "\u212b",
    "A\u030a",
    "\u1e9b\u0323",
    "\u1e9b\u0323\u0301",
    "\uac00",
    "\u1100\u1161",
    "\u03a9",
    "\u2126",
    "a\u0323\u0307",
    "a\u0307\u0323",
]
STRINGS = [
    "",
    " ",
    "a",
    "none",
    "null",
    "NaN",
    "true",
    "0",
    "-1",
    "1" * 400,
    "x" * 65_536,
    "\u00e9" * 32_768,
    "\0",
    "a\0b",
    "\ud800",
    "\U0001f600",
    "\ufeff",
    "\u202e",
    "..",
    ".",
    "../../etc/passwd",
    "a.b",
    "a[]",
    "a[0]",
    "a[9223372036854775808]",
    'a"',
    '"a.b"',
    '"',
    "[]",
    "." * 64,
    "a" + ".a" * 70,
    "a" + "[]" * 70,
    "$score",
    "$score[0]",
    "$score[1]",
    "$score[9223372036854775807]",
    "$score[18446744073709551616]",
    "$score[-1]",
    "2026-01-31T12:00:00Z",
    "9999-12-31T23:59:59.999999999Z",
    "0000-00-00T00:00:00Z",
    "-292277022657-01-27T08:29:52Z",
    "2026-02-30",
    "2026-01-31T12:00:00+99:99",
    "1e999",
    "00000000-0000-0000-0000-000000000007",
    "urn:uuid:00000000-0000-0000-0000-000000000007",
    "ffffffffffffffffffffffffffffffff",
    "18446744073709551615",
    "18446744073709551616",
    "%00",
    "n" * 200,
    "n" * 201,
    "the cat sat on the mat",
    "a " * 5000,
    *EQUIVALENT,
]


def nested(depth, kind="object"):
    """A value so many levels deep."""
    value = 1
    for _ in range(depth):
        value = {"a": value} if kind == "object" else [value]
    return value


def leaf(random):
    """Any value where another was expected."""
    kind = random.randrange(13)
    if kind < 4:
        return random.choice(INTEGERS)
    if kind < 6:
        return random.choice(DOUBLES)
    if kind < 9:
        return random.choice(STRINGS)
    if kind == 9:
        return random.choice(NOT_NUMBERS)
    if kind == 10:
        return random.choice([None, True, False, [], {}, [[]], [{}], {"": {}}, [None], {"a": None}])
    if kind == 11:
        return nested(
            random.choice([30, 58, 60, 61, 62, 63, 64, 65]), random.choice(["object", "array"])
        )
    return Pairs(
        [("a", 1), ("a", 2)]
        if random.random() < 0.5
        else [("\u00e9", 1), ("e\u0301", 2), ("\u00e9", 3)]
    )
