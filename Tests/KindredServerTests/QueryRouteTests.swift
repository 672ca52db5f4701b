import JSONCodec
import KindredServer
import Testing

@Suite("Query routes") struct QueryRouteTests {
  private let vector: JSONValue = ["indices": [1, 2], "values": [1.0, 1.0]]

  @Test func `a query finds the nearest points`() async throws {
    try await RunningServer.with { server async throws in
      try await server.fill()
      let reply = try await server(
        "POST", "/collections/c/points/query",
        ["query": vector, "using": "ratings", "with_payload": ["age"]])
      #expect(reply["result", "points"].ids == [2, 1])
      #expect(reply["result", "points", 0, "score"] == 2.0)
      #expect(reply["result", "points", 1, "payload"] == ["age": 25])
      let batch = try await server(
        "POST", "/collections/c/points/query/batch",
        [
          "searches": [
            ["query": vector, "using": "ratings", "limit": 1], ["query": 1, "using": "ratings"],
          ]
        ])
      #expect(batch["result", 0, "points"].ids == [2])
      #expect(batch["result", 1, "points"].ids == [2])
    }
  }

  @Test func `a limit of 0 is refused in the words of the reference`() async throws {
    try await RunningServer.with { server async throws in
      try await server.fill()
      let reply = try await server(
        "POST", "/collections/c/points/query",
        ["query": vector, "using": "ratings", "limit": 0])
      #expect(reply.status == 422)
      #expect(
        reply.error
          == "Validation error in JSON body: [internal.limit: value 0 invalid, must be 1 or larger]"
      )
      let batch = try await server(
        "POST", "/collections/c/points/query/batch",
        ["searches": [["query": vector], ["prefetch": ["query": vector, "limit": 0]]]])
      #expect(batch.error.contains("[searches[1].internal.prefetch[0].limit: value 0 invalid"))
      let unknown = try await server(
        "POST", "/collections/c/points/query", ["query": vector, "using": "x"])
      #expect(unknown.status == 400)
      #expect(unknown.error == "Wrong input: Not existing vector name error: x")
    }
  }

  @Test func `fusion, formulas, recommendations and groups come through`() async throws {
    try await RunningServer.with { server async throws in
      try await server.fill()
      let prefetch: JSONValue = ["query": vector, "using": "ratings"]
      func ids(_ body: JSONValue) async throws -> [JSONValue] {
        try await server("POST", "/collections/c/points/query", body)["result", "points"].ids
      }
      #expect(
        try await ids(["prefetch": [prefetch, prefetch], "query": ["fusion": "rrf"]]) == [2, 1])
      let formula: JSONValue = [
        "sum": ["$score", ["mult": [10, ["key": "age", "match": ["value": 25]]]]]
      ]
      #expect(
        try await ids(["prefetch": prefetch, "query": ["formula": formula]]) == [1, 2])
      #expect(
        try await ids(["query": ["recommend": ["positive": [1]]], "using": "ratings"]) == [2])
      let groups = try await server(
        "POST", "/collections/c/points/query/groups",
        ["query": vector, "using": "ratings", "group_by": "age", "group_size": 1])
      #expect(groups["result", "groups"].ids == [30, 25])
    }
  }

  @Test func `the older endpoints answer lists`() async throws {
    try await RunningServer.with { server async throws in
      try await server.fill()
      let named: JSONValue = ["name": "ratings", "vector": vector]
      let found = try await server(
        "POST", "/collections/c/points/search", ["vector": named, "top": 1])
      #expect(found["result"].ids == [2])
      let recommended = try await server(
        "POST", "/collections/c/points/recommend",
        ["positive": [1], "using": "ratings", "limit": 3])
      #expect(recommended["result"].ids == [2])
    }
  }

  @Test func `vectors compared by cosine are stored with length 1`() async throws {
    try await RunningServer.with { server in
      _ = try await server("PUT", "/collections/d", ["vectors": ["size": 2, "distance": "Cosine"]])
      _ = try await server(
        "PUT", "/collections/d/points",
        ["points": [["id": 1, "vector": [3.0, 4.0]], ["id": 2, "vector": [10.0, 0.0]]]])
      let found = try await server("POST", "/collections/d/points/query", ["query": [0.0, 2.0]])
      #expect(found["result", "points"].ids == [1, 2])
      #expect(found["result", "points", 0, "score"] == 0.8)
      let read = try await server("GET", "/collections/d/points/1")
      #expect(read["result", "vector"] == [0.6, 0.8])
    }
  }

  @Test func `facets need an index and count values`() async throws {
    try await RunningServer.with { server async throws in
      try await server.fill()
      #expect(try await server("POST", "/collections/c/facet", ["key": "tags"]).status == 400)
      let made = try await server(
        "PUT", "/collections/c/index?wait=true", ["field_name": "tags", "field_schema": "keyword"])
      #expect(made["result", "status"] == "completed")
      let facet = try await server("POST", "/collections/c/facet", ["key": "tags"])
      #expect(
        facet["result", "hits"] == [["value": "b", "count": 2], ["value": "a", "count": 1]])
      let info = try await server("GET", "/collections/c")
      #expect(info["result", "payload_schema", "tags", "data_type"] == "keyword")
      #expect(info["result", "payload_schema", "tags", "points"] == 2)
    }
  }

  @Test func `the workflow recommends items and says why`() async throws {
    try await RunningServer.with { server async throws in
      try await server.fill()
      _ = try await server("PUT", "/collections/movies", [:])
      _ = try await server(
        "PUT", "/collections/movies/points",
        ["points": [["id": 3, "vector": [:], "payload": ["title": "Three"]]]])
      let reply = try await server(
        "POST", "/collections/c/recommend",
        [
          "ratings": ["2": 1.0], "method": "notebook", "explain": true, "catalogue": "movies",
        ])
      #expect(reply["result", "neighbors"].ids == [2, 1])
      #expect(reply["result", "items"].ids == [3, 1])
      #expect(reply["result", "items", 0, "payload", "title"] == "Three")
      #expect(
        reply["result", "items", 0, "explanation"] == [["neighbor": 2, "contribution": 1.0]])
      #expect(reply["result", "method"] == "notebook")
      let unknown = try await server("POST", "/collections/c/recommend", [:])
      #expect(unknown["result", "fallback"] == "popular")
      #expect(unknown["result", "reason"] == "nothing is known of the subject")
      #expect(unknown["result", "items"].ids == [2, 7, 3, 1])
      for body: JSONValue in [
        ["method": "neighbors"], ["method": "items", "ratings": ["2": 1.0]],
        ["ratings": ["2": 1.0], "points": [1]], ["point": 1, "items": [2]],
        ["ratings": ["2": 1.0], "point": 99, "items": [2]],
        ["ratings": ["2": 1.0], "method": "best"],
        ["ratings": ["2": 1.0], "input": "other"], ["exclude": [-1]], ["diversity": 2],
        ["ratings": ["2": 1.0], "neighbor_weight": "uniform", "similarity_power": 2],
        ["method": "popular", "min_neighbors": 2], ["method": "popular", "model": "m"],
        ["ratings": ["2": 1.0], "method": "items", "filter": [:]],
        ["ratings": ["2": 1.0], "method": "neighbors", "model": "m"],
      ] {
        #expect(try await server("POST", "/collections/c/recommend", body).status == 400)
      }
      let twice: JSONValue = ["ratings": ["indices": [2, 2], "values": [1.0, 1.0]]]
      let refused = try await server("POST", "/collections/c/recommend", twice)
      #expect(refused.status == 422 && refused.error.contains("unique"))
      // A point that says something more is still nobody's neighbour, and not asked about that.
      let more = try await server(
        "POST", "/collections/c/recommend",
        ["point": 1, "ratings": ["3": 1.0], "method": "notebook"])
      #expect(more.status == 200 && !more["result", "neighbors"].ids.contains(1))
      #expect(!more["result", "items"].ids.contains(3))
      let typing = try await server(
        "POST", "/collections/c/recommend", ["ratings": ["2": 1.0], "neigbors": 3])
      #expect(typing.error.contains("unknown field `neigbors`, expected one of `ratings`"))
    }
  }

  @Test func `an item model is made, used and removed`() async throws {
    try await RunningServer.with { server async throws in
      try await server.fill()
      let path = "/collections/c/item-model/items"
      #expect(try await server("GET", path).status == 404)
      #expect(try await server("PUT", path, ["lambda": 3]).status == 400)
      #expect(try await server("PUT", path, ["min_raters": 1]).status == 200)
      var state = try await server("GET", path)
      while state["result", "state"] == "training" || state["result", "state"] == "publishing" {
        try await Task.sleep(for: .milliseconds(5))
        state = try await server("GET", path)
      }
      #expect(state["result", "state"] == "ready", "\(state)")
      #expect(state["result", "stale"] == false)
      #expect(state["result", "trained_on", "people"] == 3)
      let reply = try await server(
        "POST", "/collections/c/recommend", ["ratings": ["2": 1.0], "explain": true])
      #expect(reply["result", "method"] == "auto")
      #expect(try await server("DELETE", path)["result"] == true)
      #expect(try await server("DELETE", path)["result"] == false)
      #expect(try await server("GET", path).status == 404)
      #expect(try await server("GET", "/collections/c.items").status == 404)
    }
  }

  @Test func `a strict collection keeps to its limits`() async throws {
    try await RunningServer.with { server async throws in
      try await server.fill()
      _ = try await server(
        "PATCH", "/collections/c",
        [
          "strict_mode_config": [
            "enabled": true, "max_query_limit": 5, "sparse_config": ["ratings": ["max_length": 2]],
            "unindexed_filtering_retrieve": false,
          ]
        ])
      let query = try await server(
        "POST", "/collections/c/points/query", ["query": vector, "using": "ratings", "limit": 6])
      #expect(query.status == 400)
      #expect(query.error.contains("Limit exceeded 6 > 5 for \"limit\""))
      let long: JSONValue = ["ratings": ["indices": [1, 2, 3], "values": [1.0, 1.0, 1.0]]]
      let upsert = try await server(
        "PUT", "/collections/c/points", ["points": [["id": 4, "vector": long]]])
      #expect(upsert.error.contains("Sparse vector 'ratings' has a limit of 2 indices"))
      let filter: JSONValue = ["must": ["key": "age", "match": ["value": 25]]]
      let count = try await server("POST", "/collections/c/points/count", ["filter": filter])
      #expect(count.error.contains("Index required but not found for \"age\""))
    }
  }
}
