"""The daemon as users see it: answers a second and how long one takes, over TCP (`wrk`) and over the
control socket (BenchWorker's client), for 1, 8 and 64 clients, beside nginx and redis-server.

Requests are made of 200 random users' ratings; upserts and ratings write to collections of their own, and
each answer comes after the sync, as a SET's of redis-server with `appendfsync always`.
"""

import json
import pathlib
import statistics
import subprocess

from . import data, queries, servers, worker
from .daemon import Daemon, request
from .report import Samples

CLIENTS = (1, 8, 64)
ROUNDS = 3


class Request:
    def __init__(self, name, method, path, bodies=None, points=None):
        """`points`: how many each body writes."""
        self.name, self.method, self.path, self.bodies = name, method, path, bodies
        self.points = points
        self.file = None

    def write(self, folder):
        if self.bodies:
            self.file = pathlib.Path(folder) / f"{self.name.replace(' ', '-')}.jsonl"
            self.file.write_text("".join(f"{body}\n" for body in self.bodies))

    def messages(self):
        return [request(self.method, self.path, body and body.encode()).decode()
                for body in self.bodies or [None]]


def measure(bench):
    options, folder = bench.options, bench.folder / "doors"
    folder.mkdir()
    text = data.movielens_folder()
    if text is None:
        bench.without_movielens()
        text = folder / "text"
        subprocess.run(
            [options.kindred, "generate", "movielens", str(text), "--users", "6040"], check=True,
            capture_output=True)
    opened = []
    start = lambda make: opened.append(make()) or opened[-1]
    try:
        server = start(lambda: Daemon(options.kindred, folder / "daemon"))
        client = start(lambda: worker.Kindred(options.worker))
        server.run("load", "movielens", str(text), "--no-progress")
        server.run("load", "movielens", str(text), "--collection", "rated", "--catalogue", "rated-movies",
                   "--no-progress")
        server.run("compact")
        server.call("PUT", "/collections/upserts", {"sparse_vectors": {"ratings": {}}})
        sent = requests(data.read_movielens(text))
        for one in sent:
            one.write(folder)
        peers = {}
        for name, kind in [("nginx", servers.Nginx), ("redis-server", servers.Redis)]:
            try:
                peers[name] = start(lambda: kind(folder / name))
            except servers.Missing as problem:
                bench.missing(name, str(problem))
        doors = ["TCP", "socket"]
        try:
            servers.program("wrk")
        except servers.Missing as problem:
            bench.missing("wrk, and with it all of TCP", str(problem))
            doors.remove("TCP")
        for door in doors:
            for clients in CLIENTS:
                _measure(bench, client, server, peers, sent, door, clients, folder)
    finally:
        for one in reversed(opened):
            (one.stop if isinstance(one, Daemon) else one.close)()


def requests(points):
    """What is sent, from the points of a MovieLens set."""
    sparse = lambda query: {"indices": list(query), "values": list(query.values())}
    drawn = queries.user_queries(points, 11)
    age = {"must": [{"key": "age", "match": {"value": 25}}]}
    nearest = [{"query": sparse(query), "using": "ratings", "limit": 20} for query in drawn]
    as_text = lambda bodies: [json.dumps(body) for body in bodies]

    def point(row):
        dimensions, weights = points.row(row)
        values = [round(float(weight), 6) for weight in weights]
        return {"id": row + 1, "payload": points.payload(row),
                "vector": {"ratings": {"indices": dimensions.tolist(), "values": values}}}

    def rating(row):
        dimensions, _ = points.row(row)
        return {"ratings": [{"user": row + 1, "item": int(dimensions[row % len(dimensions)]),
                             "rating": 1 + row % 5}]}

    movies, upserts = "/collections/movielens", "/collections/upserts/points?wait=true"
    thousand = min(1000, points.count)
    return [
        Request("livez", "GET", "/livez"),
        Request("one point by its id", "GET", f"{movies}/points/1"),
        Request("query", "POST", f"{movies}/points/query", as_text(nearest)),
        Request("filtered query", "POST", f"{movies}/points/query",
                as_text(body | {"filter": age} for body in nearest)),
        Request("recommend", "POST", f"{movies}/recommend",
                as_text({"ratings": sparse(query)} for query in drawn)),
        Request("rating of 1", "POST", "/collections/rated/ratings",
                as_text(rating(row) for row in range(points.count)), 1),
        Request("upsert of 1", "PUT", upserts,
                as_text({"points": [point(row)]} for row in range(min(500, points.count))), 1),
        Request(f"upsert of {thousand:,}", "PUT", upserts,
                as_text({"points": [point(row) for row in range(first, first + thousand)]}
                        for first in range(0, points.count - thousand + 1, thousand)), thousand),
    ]


def _measure(bench, client, server, peers, sent, door, clients, folder):
    seconds = bench.options.seconds
    needed = {}

    def http(port, socket, one):
        if door == "TCP":
            load = servers.run_wrk(
                f"http://127.0.0.1:{port}{one.path}", one.method, one.file, clients,
                needed.get(one.name, seconds), folder)
            # Large bodies take longer: the next rounds begin with what was needed.
            needed[one.name] = load.seconds
            return load
        answer = client.ask(
            "http", socket=socket, requests=one.messages(), clients=clients, seconds=seconds)
        times = sorted(answer["times"])
        if not times:
            raise RuntimeError(f"{one.name}: nothing but refusals over {socket}")
        return servers.Load(len(times) / answer["seconds"], statistics.median(times),
                            times[len(times) * 99 // 100], answer["refused"])

    loads = {}
    for _ in range(ROUNDS):
        for one in sent:
            loads.setdefault(one.name, []).append(http(server.port, server.socket, one))
        if "nginx" in peers:
            nginx = peers["nginx"]
            loads.setdefault("nginx, a constant", []).append(http(nginx.port, nginx.socket, sent[0]))
        if "redis-server" in peers:
            for command in ("GET", "SET"):
                loads.setdefault(f"redis-server, {command}", []).append(
                    peers["redis-server"].measure(command.lower(), door, clients, seconds))
    rates = lambda name, points=1: Samples.of([load.rate * points for load in loads[name]], more=True)

    def latency(name):
        known = [load for load in loads[name] if load.median is not None]
        return known and (statistics.median(load.median for load in known),
                          statistics.median(load.p99 for load in known)) or None

    plural = "client" if clients == 1 else "clients"
    for one in sent:
        beside = ["nginx, a constant"]
        if one.points:
            beside = ["redis-server, SET"] if one.points == 1 else []
        elif "one point" in one.name:
            beside.append("redis-server, GET")
        for peer in [name for name in beside if name in loads] or [None]:
            bench.report.add(
                f"{one.name}, {door}, {clients} {plural}", rates(one.name, one.points or 1),
                rates(peer) if peer else None, "points/s" if one.points else "1/s", more=True,
                peer_name=peer, latency=latency(one.name))
        refused = sum(load.refused for load in loads[one.name])
        if refused:
            bench.report.notes.append(
                f"{one.name}, {door}, {clients} {plural}: {refused} answers were not 200 and do not "
                "count.")
