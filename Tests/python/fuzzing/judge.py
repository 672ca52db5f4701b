"""What must hold of every answer, of the store across restarts, and of the process."""

import json
import re
import urllib.parse

from . import oracle
from .text import decode, encode

PAGE = 1000
TEXT_ENDPOINTS = {"/livez", "/healthz", "/readyz", "/metrics"}


class Fault(Exception):
    """Something that must not be; `kind` is the same for faults of one cause."""

    def __init__(self, kind, detail=""):
        super().__init__(f"{kind}\n{detail}")
        self.kind, self.detail = kind, detail


def answer(request, status, data, seconds, slack):
    """Looks at one answer. Returns its document."""
    where = f"{request.method} {request.endpoint}"
    if status >= 500:
        message = re.sub(r"\d+", "N", data.decode(errors="replace"))[:160]
        raise Fault(f"{where}: {status} {message}", data.decode(errors="replace")[:2000])
    limit = timeout_of(request)
    if seconds > limit + 0.1 + slack:
        raise Fault(f"{where}: slower than its timeout", f"{seconds:.2f} s, timeout {limit} s")
    if request.endpoint in TEXT_ENDPOINTS or request.endpoint.startswith("/dashboard") or status in (401, 403, 204) or is_file(request, status):
        return None
    try:
        document = decode(data)
    except (ValueError, UnicodeDecodeError, RecursionError) as error:
        raise Fault(f"{where}: {status} is not JSON", f"{error}: {data[:500]!r}") from None
    if status < 300 and request.endpoint != "/openapi.json":
        refuse_null_scores(where, document)
    if status >= 400 and not (
        isinstance(document, dict) and document.get("status", {}).get("error")
    ):
        raise Fault(f"{where}: {status} without a reason", data[:500].decode(errors="replace"))
    return document


def is_file(request, status):
    return (
        status == 200
        and request.method == "GET"
        and ("{snapshot}" in request.endpoint or request.endpoint.endswith("/snapshot"))
    )


def timeout_of(request):
    """Seconds that a read may take."""
    if request.changes:
        return 60
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(request.path).query)
    text = query.get("timeout", ["60"])[-1]
    return min(60, int(text)) if text.isdigit() else 60


def refuse_null_scores(where, value, depth=0):
    """Payloads are the clients' own; everything else is looked at."""
    if isinstance(value, list):
        for element in value:
            refuse_null_scores(where, element, depth + 1)
    elif isinstance(value, dict):
        for name, member in value.items():
            if name in ("score", "contribution") and member is None:
                raise Fault(f"{where}: a score is null", json.dumps(value)[:500])
            if name not in ("payload", "config", "metadata", "payload_schema"):
                refuse_null_scores(where, member, depth + 1)


class Reader:
    """Reads what a store holds, for comparisons."""

    def __init__(self, daemon):
        self.daemon = daemon

    def result(self, method, path, body=None):
        status, data = self.send(method, path, body)
        if status in (400, 429) and path.startswith("/collections/"):
            # It may have got limits of its own.
            self.send(
                "PATCH", "/".join(path.split("/")[:3]), {"strict_mode_config": {"enabled": False}}
            )
            status, data = self.send(method, path, body)
        if status != 200:
            raise Fault(
                f"reading back: {method} {re.sub('[^/a-z]+', '…', path)}: {status}",
                f"{path}: {data[:1000]!r}",
            )
        return decode(data)["result"]

    def send(self, method, path, body):
        return self.daemon.send(
            method,
            path,
            None if body is None else encode(body),
            {"Content-Type": "application/json"},
        )

    def names(self):
        return [c["name"] for c in self.result("GET", "/collections")["collections"]]

    def points(self, name, **more):
        path = f"/collections/{urllib.parse.quote(name, safe='')}/points/scroll"
        found, offset = [], None
        while True:
            page = self.result(
                "POST",
                path,
                {
                    "limit": PAGE,
                    "with_payload": True,
                    "with_vector": True,
                    "offset": offset,
                    **more,
                },
            )
            found += page["points"]
            offset = page["next_page_offset"]
            if offset is None:
                return found

    def contents(self):
        """Everything that must be the same after a restart."""
        collections = {}
        for name in self.names():
            # First, because it may have to switch a strict mode off.
            points = self.points(name)
            info = self.result("GET", f"/collections/{urllib.parse.quote(name, safe='')}")
            collections[name] = {
                "config": info["config"],
                "schema": info["payload_schema"],
                "count": info["points_count"],
                "points": points,
            }
        aliases = sorted(
            (a["alias_name"], a["collection_name"])
            for a in self.result("GET", "/aliases")["aliases"]
        )
        return {"collections": collections, "aliases": aliases}

    def sequence_number(self):
        return self.result("GET", "/stats")["last_sequence_number"]


def difference(before, after, path=""):
    """The first place where two documents differ, or None. 1 and 1.0 are not the same."""
    if type(before) is not type(after):
        return f"{path}: {str(before)[:200]} became {str(after)[:200]}"
    if isinstance(before, dict):
        if set(before) != set(after):
            return f"{path}: members {sorted(set(before) ^ set(after))!r:.300}"
        pairs = [(f"{path}.{name}", before[name], after[name]) for name in before]
    elif isinstance(before, list):
        if len(before) != len(after):
            return f"{path}: {len(before)} elements became {len(after)}"
        pairs = [(f"{path}[{i}]", a, b) for i, (a, b) in enumerate(zip(before, after))]
    else:
        return None if before == after else f"{path}: {before!r:.200} became {after!r:.200}"
    for place, first, second in pairs:
        if found := difference(first, second, place):
            return found
    return None


def compare_filters(random, reader, name, count=40):
    """The store's answers to plain conditions are those of `oracle`."""
    points = reader.points(name, with_vector=False)
    path = f"/collections/{urllib.parse.quote(name, safe='')}"
    schema = reader.result("GET", path)["payload_schema"]
    integer_keys = [key for key, index in schema.items() if index["data_type"] == "integer"]
    for _ in range(count):
        condition = oracle.condition(random, points)
        expected = sorted(
            str(p["id"]) for p in points if oracle.holds(condition, p["payload"], integer_keys)
        )
        body = {"limit": PAGE, "with_payload": False, "filter": {"must": condition}}
        answer = reader.result("POST", path + "/points/scroll", body)
        found = sorted(str(p["id"]) for p in answer["points"])
        if found != expected:
            kind = "range" if "range" in condition else "match"
            wrong = [
                p["payload"].get(oracle.name_of(condition["key"]))
                for p in points
                if str(p["id"]) in set(found) ^ set(expected)
            ]
            raise Fault(
                f"a {kind} filter finds other points than it should",
                f"{encode(body).decode()}\nfound {found}\nexpected {expected}\nvalues {wrong!r:.500}",
            )


def written(reader, request, document):
    """After a write that was accepted: what it says is there."""
    operation = request.endpoint.rsplit("/", 1)[1]
    body = request.body
    if not request.endpoint.startswith("/collections/{collection}/points") or not isinstance(
        body, dict
    ):
        return
    if (
        request.method == "PUT"
        and operation == "points"
        and not ({"update_filter", "update_mode", "batch"} & set(body))
    ):
        ids = [point["id"] for point in body.get("points", []) if isinstance(point, dict)]
        expect_ids(reader, request, ids, present=True)
    if operation == "delete" and request.endpoint.endswith("points/delete") and "points" in body:
        expect_ids(reader, request, body["points"], present=False)


def expect_ids(reader, request, ids, present):
    if not ids:
        return
    path = f"/collections/{urllib.parse.quote(request.collection, safe='')}/points"
    found = {str(p["id"]) for p in reader.result("POST", path, {"ids": ids, "with_payload": False})}
    expected = {canonical(id) for id in ids} if present else set()
    if found != expected:
        raise Fault(
            f"{request.method} {request.endpoint}: accepted, and not done",
            f"found {sorted(found)}, expected {sorted(expected)}",
        )


def canonical(id):
    text = str(id)
    digits = text.lower().removeprefix("urn:uuid:").replace("-", "")
    if isinstance(id, str) and len(digits) == 32:
        return "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]])
    return text
