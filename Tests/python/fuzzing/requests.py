"""One request: which endpoint, with which parameters and body."""

import dataclasses
import gzip
import shlex
import urllib.parse

from . import leaves, mutations, points, queries, schemas, snapshots
from .fields import CONFIGURATION, DENSE, IDS, INDEXES, KEYS, MAIN, NAMES, SPARSE, UUIDS
from .filters import filter_of
from .text import encode


@dataclasses.dataclass
class Request:
    method: str
    path: str
    # As in the OpenAPI document.
    endpoint: str
    # A document, or bytes.
    body: object = None
    headers: dict = dataclasses.field(default_factory=dict)

    @property
    def data(self):
        if self.body is None or isinstance(self.body, bytes):
            return self.body
        data = encode(self.body)
        return gzip.compress(data) if "Content-Encoding" in self.headers else data

    @property
    def changes(self):
        """Whether it may change the store."""
        if self.method == "GET":
            return "/shards/0/snapshot" in self.path
        return self.method != "POST" or self.endpoint not in READING_POSTS

    @property
    def collection(self):
        parts = self.path.split("?")[0].split("/")
        return (
            urllib.parse.unquote(parts[2]) if parts[1] == "collections" and len(parts) > 2 else None
        )

    def curl(self, url, file=None):
        """As a command; long bodies stand in `file`."""
        words = ["curl", "-sS", "-X", self.method, url + self.path]
        for name, value in self.headers.items():
            words += ["-H", f"{name}: {value}"]
        if self.data is not None:
            words += ["--data-binary", f"@{file}" if file else self.data.decode(errors="replace")]
        return shlex.join(words)


C = "/collections/{collection}"
# The POSTs that only read; every other may change the store.
READING_POSTS = {
    "/check",
    C + "/facet",
    C + "/points",
    C + "/recommend",
    *(
        f"{C}/points/{read}"
        for read in [
            "count",
            "discover",
            "discover/batch",
            "query",
            "query/batch",
            "query/groups",
            "recommend",
            "recommend/batch",
            "recommend/groups",
            "scroll",
            "search",
            "search/batch",
            "search/groups",
            "search/matrix/offsets",
            "search/matrix/pairs",
        ]
    ),
}
# How often each endpoint is asked, and what with; the others as their schemas say.
BODIES = {
    ("PUT", C + "/points"): (30, points.upsert),
    ("POST", C + "/points/delete"): (6, points.selection),
    ("POST", C + "/points"): (
        4,
        lambda random: {
            "ids": random.choices(IDS, k=3),
            "with_payload": queries.with_payload(random),
            "with_vector": queries.with_vector(random),
        },
    ),
    ("POST", C + "/points/scroll"): (12, queries.scroll),
    ("POST", C + "/points/count"): (6, lambda random: {"filter": filter_of(random)}),
    ("POST", C + "/points/payload"): (10, points.set_payload),
    ("PUT", C + "/points/payload"): (6, points.set_payload),
    ("POST", C + "/points/payload/delete"): (6, points.delete_payload),
    ("POST", C + "/points/payload/clear"): (3, points.selection),
    ("PUT", C + "/points/vectors"): (6, points.update_vectors),
    ("POST", C + "/points/vectors/delete"): (4, points.delete_vectors),
    ("POST", C + "/points/batch"): (
        8,
        lambda random: {
            "operations": [points.operation(random) for _ in range(random.choice([0, 1, 2, 4]))]
        },
    ),
    ("POST", C + "/points/query"): (50, queries.request),
    ("POST", C + "/points/query/batch"): (
        10,
        lambda random: queries.batch(random, queries.request),
    ),
    ("POST", C + "/points/query/groups"): (20, queries.groups),
    ("POST", C + "/points/search"): (5, queries.search),
    ("POST", C + "/points/search/batch"): (2, lambda random: queries.batch(random, queries.search)),
    ("POST", C + "/points/search/groups"): (3, queries.grouped(queries.search)),
    ("POST", C + "/points/recommend"): (5, queries.recommend),
    ("POST", C + "/points/recommend/batch"): (
        2,
        lambda random: queries.batch(random, queries.recommend),
    ),
    ("POST", C + "/points/recommend/groups"): (3, queries.grouped(queries.recommend)),
    ("POST", C + "/points/discover"): (5, queries.discover),
    ("POST", C + "/points/discover/batch"): (
        2,
        lambda random: queries.batch(random, queries.discover),
    ),
    ("POST", C + "/facet"): (8, queries.facet),
    ("POST", C + "/points/search/matrix/pairs"): (5, queries.matrix),
    ("POST", C + "/points/search/matrix/offsets"): (5, queries.matrix),
    ("POST", C + "/recommend"): (12, queries.taste),
    ("POST", C + "/ratings"): (10, points.ratings),
    ("PUT", C): (3, lambda random: creation(random)),
    ("PATCH", C): (6, lambda random: change(random)),
    ("PUT", C + "/index"): (5, lambda random: index(random)),
    ("PUT", C + "/vectors/{vector}"): (2, lambda random: vector_parameters(random)),
    ("POST", "/collections/aliases"): (
        4,
        lambda random: {
            "actions": [alias_action(random) for _ in range(random.choice([1, 1, 2, 4]))]
        },
    ),
    ("POST", C + "/compact"): (1, lambda random: None),
    ("POST", "/flush"): (1, lambda random: None),
    ("DELETE", C): (0.3, None),
    ("DELETE", C + "/vectors/{vector}"): (0.3, None),
    ("DELETE", C + "/index/{field}"): (1, None),
    ("POST", "/check"): (0.5, None),
    ("POST", "/compact"): (0.3, None),
    ("POST", "/snapshots"): (0.3, None),
    ("POST", C + "/snapshots"): (0.7, None),
    ("POST", C + "/shards/{shard}/snapshots"): (0.3, None),
    ("GET", C + "/shards/{shard}/snapshot"): (0.3, None),
}


def creation(random):
    kind = random.randrange(4)
    if kind == 0:
        return dict(CONFIGURATION)
    names = [*leaves.EQUIVALENT, "a", "b", "n" * 200, "n" * 201, "", "x" * 65_536, "model", "text"]
    dense = {
        random.choice(names): dense_parameters(random) for _ in range(random.choice([0, 1, 2]))
    }
    sparse = {random.choice(names): {"modifier": random.choice(["none", "idf"])} for _ in range(2)}
    body = {"vectors": dense, "sparse_vectors": sparse}
    if kind == 1:
        body["vectors"] = dense_parameters(random)
    if kind == 2:
        body |= change(random)
    if random.random() < 0.05:
        body["sparse_vectors"] = {f"v{i}": {} for i in range(random.choice([1024, 1025, 65_536]))}
    return body


def dense_parameters(random):
    return {
        "size": random.choice([1, 2, 4, 65_536, 65_537, 2**32, 2**62, 2**64 - 1]),
        "distance": random.choice(["Cosine", "Euclid", "Dot", "Manhattan"]),
        **random.choice(
            [
                {},
                {"multivector_config": {"comparator": "max_sim"}},
                {"on_disk": True, "any": leaves.nested(random.choice([1, 20, 55, 60]))},
            ]
        ),
    }


def change(random):
    """Of a collection's parameters."""
    deep = leaves.nested(
        random.choice([1, 5, 40, 56, 58, 59, 60, 61, 62]), random.choice(["object", "array"])
    )
    return random.choice(
        [
            {"metadata": {random.choice(leaves.STRINGS): deep}},
            {"metadata": {"a": random.choice(leaves.INTEGERS + leaves.DOUBLES + leaves.STRINGS)}},
            {"metadata": {name: name for name in random.sample(leaves.EQUIVALENT, 4)}},
            {"sparse_vectors": {random.choice(SPARSE): {"index": deep}}},
            {"vectors": {random.choice(sorted(DENSE)): {"hnsw_config": {"m": 16, "extra": deep}}}},
            {"optimizers_config": {"indexing_threshold": random.choice(leaves.INTEGERS)}},
            {
                "strict_mode_config": {
                    "enabled": True,
                    "max_query_limit": random.choice([1, 2**62, 2**64 - 1]),
                    "read_rate_limit": random.choice([1, 2**62, 2**64 - 1]),
                    "max_points_count": random.choice([1, 2**63 - 1, 2**64 - 1]),
                }
            },
            {"params": {"replication_factor": random.choice([1, 2**62, 2**64 - 1])}},
            {
                "quantization_config": random.choice(
                    ["Disabled", {"scalar": {"type": "int8", "x": deep}}]
                )
            },
        ]
    )


def index(random):
    kinds = ["keyword", "integer", "float", "bool", "geo", "datetime", "text", "uuid"]
    name = random.choice(
        [
            # The plain ones stay without: an integer index changes what 1.0 is.
            *(key for key in KEYS if not key.startswith("plain")),
            *INDEXES,
            "any",
            "any.a",
            "x" * 65_000,
            "a" + ".a" * 70,
            "a" + "[]" * 63,
            *leaves.EQUIVALENT,
        ]
    )
    schema = random.choice(
        [
            random.choice(kinds),
            {"type": random.choice(kinds), "extra": leaves.nested(random.choice([1, 58, 61]))},
            {
                "type": "text",
                "tokenizer": random.choice(["word", "prefix", "whitespace", "multilingual"]),
                "min_token_len": random.choice([0, 1, 2**31, 2**62, 2**64 - 1]),
                "max_token_len": random.choice([0, 1, 20, 2**62, 2**64 - 1]),
                "phrase_matching": True,
                "scoring": True,
            },
            {"type": "integer", "lookup": random.random() < 0.5, "range": random.random() < 0.8},
        ]
    )
    return {"field_name": name, "field_schema": schema}


def vector_parameters(random):
    return random.choice([{"sparse": {"modifier": "idf"}}, {"dense": dense_parameters(random)}])


def alias_action(random):
    names = ["alias", "other", *leaves.EQUIVALENT[:5]]
    return random.choice(
        [
            {
                "create_alias": {
                    "collection_name": random.choice(NAMES),
                    "alias_name": random.choice(names),
                }
            },
            {
                "create_alias": {
                    "collection_name": MAIN,
                    "alias_name": random.choice(leaves.STRINGS),
                }
            },
            {"delete_alias": {"alias_name": random.choice(names)}},
            {
                "rename_alias": {
                    "old_alias_name": random.choice(names),
                    "new_alias_name": random.choice(names),
                }
            },
        ]
    )


PARAMETERS = {
    "timeout": [
        "1",
        "2",
        "2",
        "5",
        "60",
        "0",
        "-1",
        "9223372036854775807",
        "18446744073709551615",
        "18446744073709551616",
        "1.5",
        "",
        "x" * 2000,
        "%31",
        "NaN",
    ],
    "wait": ["true", "true", "true", "false", "1", "", "TRUE"],
    "ordering": ["weak", "strong", "", "\u00e9"],
    "consistency": ["majority", "1", "0", "9223372036854775808", "all", "-1"],
    "priority": ["snapshot", "x"],
    "checksum": ["0" * 64, "", "x" * 5000],
}


class Maker:
    """Makes requests for a store whose snapshots are known."""

    def __init__(self, random, document, only=""):
        self.random = random
        self.document = document
        self.endpoints = [
            (method.upper(), path, operation)
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
            if only in path
        ]
        self.weights = [
            BODIES.get((method, path), (1, None))[0] for method, path, _ in self.endpoints
        ]
        self.snapshots = []
        self.snapshot = b""

    def request(self):
        method, path, operation = self.random.choices(self.endpoints, self.weights)[0]
        headers = {}
        if path.endswith("/snapshots/upload"):
            headers["Content-Type"], body = snapshots.form(
                snapshots.mutated(self.random, self.snapshot)
            )
        else:
            body = self.body(method, path, operation)
            if body is not None:
                headers["Content-Type"] = "application/json"
                if self.random.random() < 0.02:
                    headers["Content-Encoding"] = "gzip"
        if path == C and method == "DELETE":
            target = path.replace("{collection}", quoted(self.random.choice(NAMES[5:])))
        else:
            target = self.path(path)
        return Request(method, target + self.query(method, operation), path, body, headers)

    def body(self, method, path, operation):
        random = self.random
        described = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if path.endswith("/snapshots/recover"):
            return {
                "location": random.choice(
                    [
                        *self.snapshots,
                        "no.snapshot",
                        "../x",
                        "file:///etc/passwd",
                        "http://localhost/x",
                        *leaves.STRINGS,
                    ]
                )
            }
        made = BODIES.get((method, path), (1, None))[1]
        if made and random.random() < 0.85:
            body = made(random)
        elif described:
            body = schemas.value(random, self.document, described["schema"])
        else:
            return None
        if body is not None and random.random() < 0.4:
            body = mutations.mutated(random, body)
        return body

    def path(self, path):
        random = self.random
        strange = [*leaves.STRINGS, *leaves.EQUIVALENT]
        known = {
            "collection": NAMES,
            "field": [*KEYS, *INDEXES],
            "vector": [*SPARSE, "new", "n" * 201, "\u00c5"],
            "id": [0, 1, 2, 5, 2**63, 2**64 - 1, 2**64, -1, *UUIDS],
            "snapshot": self.snapshots or ["none"],
            "shard": [0, 0, 0, 0, 1, 2**32, 2**64, -1],
            "peer": [0, 2**64],
        }
        for name, values in known.items():
            value = random.choice(strange if random.random() < 0.03 else values)
            path = path.replace("{%s}" % name, quoted(value))
        return path

    def query(self, method, operation):
        random = self.random
        pairs = []
        for parameter in operation.get("parameters", []):
            values = PARAMETERS.get(parameter["name"])
            if values and random.random() < (0.5 if parameter["name"] == "wait" else 0.12):
                # Mostly a good one, so that the request gets further.
                value = values[0] if random.random() < 0.6 else random.choice(values)
                pairs.append(f"{parameter['name']}={urllib.parse.quote(value, safe='%')}")
        return "?" + "&".join(pairs) if pairs else ""


def quoted(value):
    """As a part of a path; longer ones are refused with the header, before there is a request."""
    return urllib.parse.quote(str(value).encode(errors="surrogatepass"), safe="")[:9999]
