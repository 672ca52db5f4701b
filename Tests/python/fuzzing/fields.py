"""What the store of a run looks like: its collections, their vectors, the fields of payloads."""

from . import leaves

# Two of each of the collections' names are one for whoever compares by canonical equivalence.
MAIN, PLAIN = "main", "plain"
NAMES = [MAIN, MAIN, MAIN, MAIN, MAIN, PLAIN, "\u00e9", "e\u0301", "\u00c5", "\u212b"]
# Vectors of the main collection, by kind.
DENSE = {"cosine": 4, "dot": 3, "euclid": 2, "manhattan": 2}
MULTI = {"rows": 3, "paths": 2}
SPARSE = ["ratings", "terms", "\u00e9", "e\u0301"]

CONFIGURATION = {
    "vectors": {
        "cosine": {"size": 4, "distance": "Cosine"},
        "dot": {"size": 3, "distance": "Dot"},
        "euclid": {"size": 2, "distance": "Euclid"},
        "manhattan": {"size": 2, "distance": "Manhattan"},
        "rows": {"size": 3, "distance": "Dot", "multivector_config": {"comparator": "max_sim"}},
        "paths": {"size": 2, "distance": "Euclid", "multivector_config": {"comparator": "max_sim"}},
    },
    "sparse_vectors": {"ratings": {}, "terms": {"modifier": "idf"}, "\u00e9": {}, "e\u0301": {}},
}
PLAIN_CONFIGURATION = {
    "vectors": {"size": 2, "distance": "Dot"},
    "sparse_vectors": {"ratings": {"modifier": "idf"}},
}
INDEXES = {
    "n": "integer",
    "f": "float",
    "k": "keyword",
    "b": "bool",
    "u": "uuid",
    "when": "datetime",
    "place": "geo",
    "\u00c5": "keyword",
    "o.x": "integer",
    "list[].y": "float",
    "text": {"type": "text", "tokenizer": "word", "phrase_matching": True, "scoring": True},
    "prefix": {"type": "text", "tokenizer": "prefix", "min_token_len": 1, "max_token_len": 4},
}
# With an index or without; the last ones are hardly ever in a payload.
KEYS = [
    "n",
    "n",
    "f",
    "k",
    "k",
    "b",
    "u",
    "when",
    "place",
    "text",
    "o.x",
    "list[].y",
    "list[].k",
    "list",
    "prefix",
    "plain_n",
    "plain_k",
    "\u00c5",
    "\u212b",
    "\u00e9",
    "e\u0301",
    "tags[]",
    "tags",
    "none",
    "tags[0]",
    "list[18446744073709551615].y",
    '"a.b"',
    "o",
    "",
]
WORDS = [
    "red",
    "green",
    "blue",
    "cat",
    "sat",
    "mat",
    "caf\u00e9",
    "cafe\u0301",
    "the",
    "running",
    *leaves.EQUIVALENT,
]
UUIDS = ["00000000-0000-0000-0000-00000000000%x" % digit for digit in range(8)]
IDS = list(range(24)) + UUIDS + [2**63, 2**64 - 1]
INSTANTS = [
    "2026-01-31T12:00:00Z",
    "1970-01-01",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999Z",
    "2026-01-31 12:00:00.5",
    "2024-02-29T23:59:60Z",
]
SNAPSHOT_PATHS = ["/collections/{}/snapshots", "/collections/{}/shards/0/snapshots"]
