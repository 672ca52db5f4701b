"""Bodies of many shapes: little that asks for much, and much of one kind."""

from .text import encode

# How many points the store has; `memory` fills it.
POINTS = 4096
C = "/collections/c"


def filled(head, element, tail, size, separator=","):
    """`head`, then `element` as often as fits into `size` bytes, then `tail`. An element that is a
    function is asked with its number."""
    if not callable(element):
        count = max(1, size // (len(element) + len(separator)))
        return (head + separator.join([element] * count) + tail).encode()
    elements, length, number = [], 0, 0
    while length < size:
        elements.append(element(number))
        length += len(elements[-1]) + 1
        number += 1
    return (head + separator.join(elements) + tail).encode()


def list_of(head, element, tail):
    return lambda size: filled(head, element, tail, size)


def deep(opening, inner, closing, depth):
    """Levels nested `depth` deep, again and again."""
    return opening * depth + inner + closing * depth


def prefetches(size, depth):
    one = '{"query":{"sample":"random"},"limit":5000}'
    for _ in range(depth):
        one = f'{{"prefetch":[{one},{one}],"query":{{"fusion":"rrf"}},"limit":5000}}'
    return filled('{"prefetch":[', one, '],"query":{"fusion":"rrf"},"limit":10}', size)


SPARSE = '{"indices":[1],"values":[1]}'
QUERY, SCROLL, UPSERT = (
    ("POST", f"{C}/points/query"),
    ("POST", f"{C}/points/scroll"),
    ("PUT", f"{C}/points?wait=true"),
)
BATCH, SEARCHES = ("POST", f"{C}/points/batch?wait=true"), ("POST", f"{C}/points/query/batch")
OPERATIONS = '{"operations":['

# Name → (method, path), and the body of a size.
SHAPES = {
    # The tree
    "empty arrays": (SCROLL, list_of('{"x":[', "[]", "]}")),
    "empty objects": (SCROLL, list_of('{"x":[', "{}", "]}")),
    "objects of one member": (SCROLL, list_of('{"x":[', '{"a":0}', "]}")),
    "digits": (SCROLL, list_of('{"x":[', "0", "]}")),
    "doubles": (SCROLL, list_of('{"x":[', "1e1", "]}")),
    "empty strings": (SCROLL, list_of('{"x":[', '""', "]}")),
    "long strings": (SCROLL, list_of('{"x":[', '"' + "a" * 40 + '"', "]}")),
    "nulls": (SCROLL, list_of('{"x":[', "null", "]}")),
    "one string": (SCROLL, lambda size: b'{"x":"' + b"a" * size + b'"}'),
    "one escaped string": (SCROLL, lambda size: b'{"x":"' + b"\\u00e9" * (size // 6) + b'"}'),
    "members": (SCROLL, list_of('{"x":{', lambda i: f'"{i}":0', "}}")),
    "members at the top": (SCROLL, list_of("{", lambda i: f'"{i}":0', "}")),
    "repeated member": (SCROLL, list_of('{"x":{', '"a":0', "}}")),
    "deep arrays": (SCROLL, list_of('{"x":[', deep("[", "", "]", 58), "]}")),
    "deep objects": (SCROLL, list_of('{"x":[', deep('{"":', "0", "}", 58), "]}")),
    "not JSON at the end": (SCROLL, list_of('{"x":[', "[]", "]")),
    # Filters
    "has_id": (SCROLL, list_of('{"filter":{"must":[{"has_id":[', lambda i: str(i), "]}]}}")),
    "has_id of UUIDs": (
        SCROLL,
        list_of(
            '{"filter":{"must":[{"has_id":[', '"00000000-0000-0000-0000-000000000007"', "]}]}}"
        ),
    ),
    "match any integer": (
        SCROLL,
        list_of('{"filter":{"must":[{"key":"n","match":{"any":[', lambda i: str(i), "]}}]}}"),
    ),
    "match any string": (
        SCROLL,
        list_of('{"filter":{"must":[{"key":"k","match":{"any":[', lambda i: f'"{i}"', "]}}]}}"),
    ),
    "conditions": (
        SCROLL,
        list_of('{"filter":{"must":[', '{"key":"n","match":{"value":1}}', "]}}"),
    ),
    "filters in filters": (SCROLL, list_of('{"filter":{"must":[', '{"must":{"must":{}}}', "]}}")),
    "polygon": (
        SCROLL,
        lambda size: filled(
            '{"filter":{"must":[{"key":"g","geo_polygon":{"exterior":{"points":[{"lon":1,"lat":1},',
            '{"lon":0,"lat":1}',
            ',{"lon":1,"lat":1}]}}}]}}',
            size,
        ),
    ),
    "polygon's interiors": (
        SCROLL,
        lambda size: filled(
            '{"filter":{"must":[{"key":"g","geo_polygon":{"exterior":{"points":['
            + ",".join(['{"lon":1,"lat":1}'] * 4)
            + ']},"interiors":[',
            '{"points":[' + ",".join(['{"lon":1,"lat":1}'] * 4) + "]}",
            "]}}]}}",
            size,
        ),
    ),
    "text to match": (
        SCROLL,
        lambda size: b'{"filter":{"must":[{"key":"t","match":{"text":"'
        + b"a b " * (size // 4)
        + b'"}}]}}',
    ),
    "substring to match": (
        SCROLL,
        lambda size: b'{"filter":{"must":[{"key":"t","match":{"substring":"'
        + b"a" * size
        + b'"}}]}}',
    ),
    "long key": (
        SCROLL,
        lambda size: b'{"filter":{"must":[{"key":"a'
        + b"[]" * (size // 2)
        + b'","match":{"value":1}}]}}',
    ),
    # Selectors
    "ids": (("POST", f"{C}/points"), list_of('{"ids":[', lambda i: str(i), "]}")),
    "one id many times": (
        ("POST", f"{C}/points"),
        list_of('{"ids":[', "1", '],"with_vector":true}'),
    ),
    "payload selector": (
        SCROLL,
        list_of('{"limit":5000,"with_payload":[', lambda i: f'"a{i}"', "]}"),
    ),
    "payload selector of one path": (
        SCROLL,
        list_of('{"limit":5000,"with_payload":[', '"t"', "]}"),
    ),
    "payload exclusion": (
        SCROLL,
        list_of('{"limit":5000,"with_payload":{"exclude":[', '"none"', "]}}"),
    ),
    "vector selector": (SCROLL, list_of('{"limit":5000,"with_vector":[', '"s"', "]}")),
    "scroll everything": (SCROLL, lambda size: b'{"limit":100000,"with_vector":true}'),
    # Queries
    "sparse query": (QUERY, lambda size: sparse_query(size)),
    "dense query": (QUERY, list_of('{"using":"d","query":[', "1", "]}")),
    "multivector query": (QUERY, list_of('{"using":"m","query":[', "[1,1]", '],"limit":10}')),
    "multivector rows of one": (QUERY, list_of('{"using":"m","query":[', "[1]", '],"limit":10}')),
    "recommend ids": (
        QUERY,
        list_of(
            '{"using":"s","query":{"recommend":{"strategy":"best_score","positive":[', "1", "]}}}"
        ),
    ),
    "recommend vectors": (
        QUERY,
        list_of(
            '{"using":"s","query":{"recommend":{"strategy":"sum_scores","positive":[',
            SPARSE,
            "]}}}",
        ),
    ),
    "recommend average": (
        QUERY,
        list_of(
            '{"using":"s","query":{"recommend":{"positive":[', lambda i: str(i % POINTS), "]}}}"
        ),
    ),
    "context pairs": (
        QUERY,
        list_of('{"using":"d","query":{"context":[', '{"positive":1,"negative":2}', "]}}"),
    ),
    "discover pairs": (
        QUERY,
        list_of(
            '{"using":"s","query":{"discover":{"target":1,"context":[',
            '{"positive":1,"negative":2}',
            "]}}}",
        ),
    ),
    "feedback": (
        QUERY,
        lambda size: filled(
            '{"using":"s","query":{"relevance_feedback":{"target":1,"strategy":{"naive":{"a":1,"b":1,"c":1}},'
            '"feedback":[',
            lambda i: f'{{"example":{i % POINTS},"score":{i}}}',
            "]}}}",
            size,
        ),
    ),
    "wide prefetches": (QUERY, lambda size: prefetches(size, 0)),
    "deeper prefetches": (QUERY, lambda size: prefetches(size, 3)),
    "prefetch chain": (
        QUERY,
        lambda size: filled(
            '{"prefetch":[',
            deep('{"query":{"fusion":"rrf"},"prefetch":', '{"query":{"sample":"random"}}', "}", 29),
            '],"query":{"fusion":"rrf"}}',
            size,
        ),
    ),
    "empty prefetches": (QUERY, list_of('{"prefetch":[', "{}", '],"query":{"fusion":"rrf"}}')),
    "formula terms": (
        QUERY,
        list_of(
            '{"prefetch":{"query":{"sample":"random"},"limit":5000},' '"query":{"formula":{"sum":[',
            "1",
            "]}}}",
        ),
    ),
    "formula conditions": (
        QUERY,
        list_of(
            '{"prefetch":{"query":{"sample":"random"},"limit":5000},' '"query":{"formula":{"sum":[',
            '{"key":"n","match":{"value":1}}',
            "]}}}",
        ),
    ),
    "formula operations": (
        QUERY,
        list_of(
            '{"prefetch":{"query":{"sample":"random"},"limit":5000},' '"query":{"formula":{"sum":[',
            '{"neg":"n"}',
            "]}}}",
        ),
    ),
    "formula defaults": (
        QUERY,
        list_of(
            '{"prefetch":{"query":{"sample":"random"}},' '"query":{"formula":1,"defaults":{',
            lambda i: f'"a{i}":0',
            "}}}",
        ),
    ),
    "rrf weights": (
        QUERY,
        list_of(
            '{"prefetch":{"query":{"sample":"random"}},"query":{"rrf":{"weights":[', "1", "]}}}"
        ),
    ),
    "text query": (
        QUERY,
        lambda size: b'{"using":"t","query":{"text":"' + b"a b " * (size // 4) + b'"}}',
    ),
    "inferred query": (
        QUERY,
        list_of('{"using":"i","query":{"model":"qdrant/bm25","text":"', lambda i: f"w{i}", '"}}'),
    ),
    "empty searches": (SEARCHES, list_of('{"searches":[', "{}", "]}")),
    "searches of everything": (SEARCHES, list_of('{"searches":[', '{"limit":100000}', "]}")),
    "searches with vectors": (
        SEARCHES,
        list_of('{"searches":[', '{"limit":100000,"with_vector":true,"with_payload":true}', "]}"),
    ),
    "nearest searches": (
        SEARCHES,
        list_of('{"searches":[', f'{{"using":"s","limit":100000,"query":{SPARSE}}}', "]}"),
    ),
    "legacy searches": (
        ("POST", f"{C}/points/search/batch"),
        list_of(
            '{"searches":[', f'{{"limit":100000,"vector":{{"name":"s","vector":{SPARSE}}}}}', "]}"
        ),
    ),
    "ratings": (
        ("POST", f"{C}/recommend"),
        list_of('{"using":"s","ratings":{', lambda i: f'"{i}":1', "}}"),
    ),
    "groups": (
        ("POST", f"{C}/points/query/groups"),
        lambda size: encode(
            {
                "using": "d",
                "query": [1, 1],
                "group_by": "k",
                "limit": 2**40,
                "group_size": 2**40,
                "with_payload": True,
                "with_vector": True,
            }
        ),
    ),
    "groups over a long array": (
        ("POST", f"{C}/points/query/groups"),
        lambda size: encode(
            {
                "using": "d",
                "query": [1, 1],
                "group_by": "tags[]",
                "limit": 2**40,
                "group_size": 2**40,
                "with_payload": True,
            }
        ),
    ),
    "groups with a lookup": (
        ("POST", f"{C}/points/query/groups"),
        lambda size: encode(
            {
                "using": "d",
                "query": [1, 1],
                "group_by": "n",
                "limit": 2**40,
                "group_size": 1,
                "with_lookup": {"collection": "c", "with_vectors": True},
            }
        ),
    ),
    "matrix": (
        ("POST", f"{C}/points/search/matrix/pairs"),
        lambda size: encode({"using": "d", "sample": 2**40, "limit": 2**40}),
    ),
    "matrix offsets": (
        ("POST", f"{C}/points/search/matrix/offsets"),
        lambda size: encode({"using": "s", "sample": 2**40, "limit": 2**40}),
    ),
    "diverse": (
        QUERY,
        lambda size: encode(
            {
                "using": "s",
                "query": {
                    "nearest": {"indices": [1], "values": [1]},
                    "mmr": {"candidates_limit": 16_384},
                },
                "limit": 16_384,
                "with_payload": True,
            }
        ),
    ),
    "facet": (("POST", f"{C}/facet"), lambda size: encode({"key": "k", "limit": 2**40})),
    # Writes
    "tiny points": (UPSERT, list_of('{"points":[', lambda i: f'{{"id":{i},"vector":{{}}}}', "]}")),
    "one point many times": (UPSERT, list_of('{"points":[', '{"id":1,"vector":{}}', "]}")),
    "points with one dimension": (
        UPSERT,
        list_of('{"points":[', lambda i: f'{{"id":{i},"vector":{{"s":{SPARSE}}}}}', "]}"),
    ),
    "one long sparse vector": (UPSERT, lambda size: long_vector(size)),
    "one long dense vector": (UPSERT, list_of('{"points":[{"id":1,"vector":{"d":[', "1", "]}}]}")),
    "multivector of many rows": (
        UPSERT,
        list_of('{"points":[{"id":1,"vector":{"m":[', "[1,1]", "]}}]}"),
    ),
    "many vector names": (
        UPSERT,
        list_of('{"points":[{"id":1,"vector":{', lambda i: f'"v{i}":[1]', "}}]}"),
    ),
    "payload of empty arrays": (
        UPSERT,
        list_of('{"points":[{"id":1,"vector":{},"payload":{"x":[', "[]", "]}}]}"),
    ),
    "payload of digits": (
        UPSERT,
        list_of('{"points":[{"id":1,"vector":{},"payload":{"x":[', "0", "]}}]}"),
    ),
    "payload of members": (
        UPSERT,
        list_of('{"points":[{"id":1,"vector":{},"payload":{', lambda i: f'"{i}":0', "}}]}"),
    ),
    "payload of one string": (
        UPSERT,
        lambda size: b'{"points":[{"id":1,"vector":{},"payload":{"x":"' + b"a" * size + b'"}}]}',
    ),
    "payloads with members of their own": (
        UPSERT,
        list_of(
            '{"points":[', lambda i: f'{{"id":{i},"vector":{{}},"payload":{{"a{i}":0}}}}', "]}"
        ),
    ),
    "columns": (UPSERT, lambda size: columns(size)),
    "texts to infer from": (
        UPSERT,
        list_of(
            '{"points":[{"id":1,"vector":{"i":{"model":"qdrant/bm25","text":"',
            lambda i: f"w{i}",
            '"}}}]}',
        ),
    ),
    "points to delete": (
        ("POST", f"{C}/points/delete?wait=true"),
        list_of('{"points":[', lambda i: str(i), "]}"),
    ),
    "keys to delete": (
        ("POST", f"{C}/points/payload/delete?wait=true"),
        list_of('{"points":[1,2,3],"keys":[', lambda i: f'"a{i}"', "]}"),
    ),
    "keys to delete everywhere": (
        ("POST", f"{C}/points/payload/delete?wait=true"),
        list_of('{"filter":{},"keys":[', lambda i: f'"a{i}"', "]}"),
    ),
    "payload for all points": (
        ("POST", f"{C}/points/payload?wait=true"),
        list_of('{"filter":{},"payload":{', lambda i: f'"{i}":0', "}}"),
    ),
    "payload for many points": (
        ("POST", f"{C}/points/payload?wait=true"),
        list_of(
            '{"filter":{"must":[{"key":"n","range":{"lt":768}}]},"payload":{',
            lambda i: f'"{i}":[{i}]',
            "}}",
        ),
    ),
    "payload for one id many times": (
        ("POST", f"{C}/points/payload?wait=true"),
        lambda size: filled(
            '{"payload":{"x":"' + "a" * min(size // 2, 30_000) + '"},"points":[',
            "1",
            "]}",
            size // 2,
        ),
    ),
    "payload for the same few points in a batch": (
        BATCH,
        lambda size: filled(
            OPERATIONS, '{"set_payload":{"points":[1,2,3],"payload":{"x":1}}}', "]}", size
        ),
    ),
    "vectors for one id": (
        ("PUT", f"{C}/points/vectors?wait=true"),
        list_of('{"points":[', f'{{"id":1,"vector":{{"s":{SPARSE}}}}}', "]}"),
    ),
    "vectors to delete": (
        ("POST", f"{C}/points/vectors/delete?wait=true"),
        list_of('{"points":[1],"vector":[', '"s"', "]}"),
    ),
    "empty operations": (BATCH, list_of(OPERATIONS, '{"delete":{"points":[]}}', "]}")),
    "operations on everything": (
        BATCH,
        list_of(OPERATIONS, '{"set_payload":{"filter":{},"payload":{"x":1}}}', "]}"),
    ),
    "upserts in a batch": (
        BATCH,
        list_of(OPERATIONS, '{"upsert":{"points":[{"id":1,"vector":{}}]}}', "]}"),
    ),
    "metadata": (("PATCH", C), list_of('{"metadata":{', lambda i: f'"{i}":0', "}}")),
    "aliases": (
        ("POST", "/collections/aliases"),
        list_of(
            '{"actions":[',
            lambda i: f'{{"create_alias":{{"collection_name":"c","alias_name":"a{i}"}}}}',
            "]}",
        ),
    ),
    "collection of many vectors": (
        ("PUT", "/collections/other"),
        list_of('{"sparse_vectors":{', lambda i: f'"v{i}":{{}}', "}}"),
    ),
    "parameters of an index": (
        ("PUT", f"{C}/index"),
        list_of(
            '{"field_name":"x","field_schema":{"type":"text","stopwords":{"custom":[',
            lambda i: f'"w{i}"',
            "]}}}",
        ),
    ),
}


def sparse(size):
    """A sparse vector, as text."""
    count = size // 10
    indices, values = ",".join(map(str, range(count))), ",".join(["1"] * count)
    return f'{{"indices":[{indices}],"values":[{values}]}}'


def sparse_query(size):
    return f'{{"using":"s","query":{sparse(size)}}}'.encode()


def long_vector(size):
    return f'{{"points":[{{"id":1,"vector":{{"s":{sparse(size)}}}}}]}}'.encode()


def columns(size):
    count = size // 50
    ids, vectors = ",".join(map(str, range(count))), ",".join([SPARSE] * count)
    return f'{{"batch":{{"ids":[{ids}],"vectors":{{"s":[{vectors}]}}}}}}'.encode()
