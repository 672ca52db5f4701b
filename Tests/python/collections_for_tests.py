"""Collections of every kind, made over HTTP at any server."""
import random
import uuid

import httpx


class Server:
    """What tests ask a server of the API."""

    def __init__(self, url, key=None):
        self.url = url
        self.http = httpx.Client(base_url=url, timeout=60, headers={"api-key": key} if key else {})

    def call(self, method, path, body=None):
        answer = self.http.request(method, path, json=body)
        assert answer.status_code == 200, (method, path, answer.status_code, answer.text)
        return answer.json()["result"]

    def put(self, name, points):
        for start in range(0, len(points), 500):
            self.call("PUT", f"/collections/{name}/points?wait=true", {"points": points[start:start + 500]})

    def count(self, name):
        return self.call("POST", f"/collections/{name}/points/count", {"exact": True})["count"]

    def points(self, name):
        found, offset = [], None
        while True:
            page = self.call("POST", f"/collections/{name}/points/scroll", {
                "limit": 200, "offset": offset, "with_payload": True, "with_vector": True})
            found += page["points"]
            offset = page["next_page_offset"]
            if offset is None:
                return found

    def described(self, name):
        info = self.call("GET", f"/collections/{name}")
        schema = {field: {key: value for key, value in entry.items() if key != "points"}
                  for field, entry in info["payload_schema"].items()}
        return info["config"], schema


def mixed(server, name="mixed", count=230):
    """Vectors of every kind by name, ids of both kinds, payload indexes and odd payloads."""
    rng = random.Random(11)
    server.call("PUT", f"/collections/{name}", {
        "vectors": {
            "face": {"size": 3, "distance": "Cosine"},
            "place": {"size": 2, "distance": "Euclid", "on_disk": True},
            "poses": {"size": 2, "distance": "Dot", "multivector_config": {"comparator": "max_sim"}},
        },
        "sparse_vectors": {"taste": {}, "words": {"modifier": "idf", "index": {"on_disk": True}}},
        "hnsw_config": {"m": 24}, "metadata": {"owner": "tests", "none": None}})
    for field, schema in [
        ("age", "integer"), ("city", "keyword"), ("where", "geo"), ("born", "datetime"),
        ("about", {"type": "text", "tokenizer": "word", "lowercase": True}),
        ("rank", {"type": "integer", "lookup": False, "range": True}),
    ]:
        server.call("PUT", f"/collections/{name}/index?wait=true",
                    {"field_name": field, "field_schema": schema})

    def floats(size):
        return [rng.uniform(-2, 2) for _ in range(size)]

    def sparse():
        indices = rng.sample(range(1, 2 ** 32), rng.randrange(6))
        return {"indices": indices, "values": floats(len(indices))}

    def vectors():
        everything = {"face": floats(3), "place": floats(2), "poses": [floats(2), floats(2)],
                      "taste": sparse(), "words": sparse()}
        return {key: vector for key, vector in everything.items() if rng.random() < 0.7}

    server.put(name, [{
        "id": str(uuid.UUID(int=i * 2 ** 100)) if i % 3 == 0 else i if i % 5 else 2 ** 64 - i,
        "vector": vectors(),
        "payload": {
            "age": i % 70, "city": rng.choice(["Oslo", "Ærø", "A\u030ar", None]), "rank": i,
            "where": {"lon": i / 10, "lat": -i / 20}, "born": "2001-02-03T04:05:06Z",
            "about": f"number {i} — „quoted“ \u0001\u2028\U0001f600\n\t\"\\",
            "deep": {"list": [1, 2.5, None, {"a.b": [True, "x"]}], "big": 2 ** 53 + i, "small": -0.0,
                     "huge": 2 ** 64 - 1, "tiny": 5e-324, "": ""},
        } if i % 10 else {},
    } for i in range(count)])


def unnamed(server, name="one"):
    rng = random.Random(7)
    server.call("PUT", f"/collections/{name}", {"vectors": {"size": 2, "distance": "Manhattan"}})
    extremes = [3.4e38, -3.4e38, 1e-45, -0.0, 0.1]
    server.put(name, [{"id": i, "vector": [rng.choice(extremes), rng.uniform(-1, 1)]} for i in range(70)])


def plain(server, name="plain"):
    server.call("PUT", f"/collections/{name}", {"vectors": {}})
    server.put(name, [{"id": 1, "vector": {}, "payload": {"a": 1}}])


def empty(server, name="empty"):
    server.call("PUT", f"/collections/{name}", {"sparse_vectors": {"ratings": {}}})
