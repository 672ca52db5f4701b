import JSONCodec
import KindredServer
import Testing

@Suite("Point routes") struct PointRouteTests {
  @Test func `points are written, read, counted, scrolled and deleted`() async throws {
    try await RunningServer.with { server async throws in
      try await server.fill()
      let one = try await server("GET", "/collections/c/points/1")
      #expect(one["result", "id"] == 1)
      #expect(one["result", "payload", "age"] == 25)
      #expect(one["result", "vector", "ratings"] == ["indices": [1, 2], "values": [1.0, -0.5]])
      #expect(try await server("GET", "/collections/c/points/9").status == 404)
      #expect(try await server("GET", "/collections/c/points/one").status == 400)
      let some = try await server(
        "POST", "/collections/c/points", ["ids": [3, 9, 1], "with_payload": ["age"]])
      #expect(some["result"].ids == [3, 1])
      #expect(some["result", 1, "payload"] == ["age": 25])
      let page = try await server("POST", "/collections/c/points/scroll", ["limit": 2])
      #expect(page["result", "points"].ids == [1, 2])
      #expect(page["result", "next_page_offset"] == 3)
      let filter: JSONValue = ["must": [["key": "age", "match": ["value": 25]]]]
      let count = try await server("POST", "/collections/c/points/count", ["filter": filter])
      #expect(count["result", "count"] == 2)
      let deleted = try await server(
        "POST", "/collections/c/points/delete?wait=true", ["filter": filter])
      #expect(deleted["result", "status"] == "completed")
      #expect(try await server("POST", "/collections/c/points/count", [:])["result", "count"] == 1)
    }
  }

  @Test func `the column form writes the same points`() async throws {
    try await RunningServer.with { server async throws in
      try await server.fill()
      let body = """
        {"batch": {"ids": [10, "550e8400-e29b-41d4-a716-446655440000"],
          "vectors": {"ratings": [{"indices": [5], "values": [1]}, {"indices": [], "values": []}]},
          "payloads": [{"n": 1}, null]}}
        """
      let reply = try await server.send("PUT", "/collections/c/points", body)
      #expect(reply.status == 200)
      #expect(reply["result", "status"] == "acknowledged")
      let read = try await server(
        "POST", "/collections/c/points",
        ["ids": [10, "550e8400-e29b-41d4-a716-446655440000"], "with_vector": true])
      #expect(read["result", 0, "payload"] == ["n": 1])
      #expect(read["result", 1, "vector", "ratings"] == ["indices": [], "values": []])
    }
  }

  @Test(
    arguments: [
      (#"{"points": [{"id": 9, "vector": {"ratings": {"indices": [1], "values": []}}}]}"#, 422),
      (
        #"{"points": [{"id": 9, "vector": {"ratings": {"indices": [1, 1], "values": [1, 2]}}}]}"#,
        422
      ),
      (#"{"points": [{"id": 9, "vector": {"ratings": {"indices": [-1], "values": [1]}}}]}"#, 400),
      (#"{"points": [{"id": 9, "vector": {"ratings": {"indices": [1.5], "values": [1]}}}]}"#, 400),
      (#"{"points": [{"id": 9, "vector": {"ratings": {"indices": [1], "values": [NaN]}}}]}"#, 400),
      (#"{"points": [{"id": 9, "vector": {"ratings": {"indices": [1], "values": [1e99]}}}]}"#, 400),
      (#"{"points": [{"id": 9, "vector": {"other": {"indices": [1], "values": [1]}}}]}"#, 400),
      (#"{"points": [{"id": "nine", "vector": {}}]}"#, 400),
      (#"{"points": [{"id": -9, "vector": {}}]}"#, 400),
      (#"{"points": [{"vector": {}}]}"#, 400),
      (#"{"points": [{"id": 8, "vector": {}}, {"id": 9}]}"#, 400),
      (#"{"points": [{"id": 8, "vector": {}}"#, 400),
      (#"{}"#, 400),
    ])
  func `bad points are refused and change nothing`(body: String, status: Int) async throws {
    try await RunningServer.with { server async throws in
      try await server.fill()
      let reply = try await server.send("PUT", "/collections/c/points?wait=true", body)
      #expect(reply.status == status, "\(reply.text)")
      #expect(!reply.error.isEmpty)
      #expect(try await server("POST", "/collections/c/points/count", [:])["result", "count"] == 3)
    }
  }

  @Test func `payloads are set, overwritten, thinned out and cleared`() async throws {
    try await RunningServer.with { server async throws in
      try await server.fill()
      func payload() async throws -> JSONValue {
        try await server("GET", "/collections/c/points/1")["result", "payload"]
      }
      let path = "/collections/c/points/payload"
      _ = try await server("POST", path, ["payload": ["x": ["y": 1]], "points": [1]])
      #expect(try await payload() == ["age": 25, "tags": ["a", "b"], "x": ["y": 1]])
      _ = try await server("POST", path, ["payload": ["z": 2], "key": "x", "points": [1]])
      #expect(try await payload() == ["age": 25, "tags": ["a", "b"], "x": ["y": 1, "z": 2]])
      _ = try await server("POST", path + "/delete", ["keys": ["x.y", "tags"], "points": [1]])
      #expect(try await payload() == ["age": 25, "x": ["z": 2]])
      _ = try await server("PUT", path, ["payload": ["n": 1], "points": [1]])
      #expect(try await payload() == ["n": 1])
      _ = try await server("POST", path + "/clear", ["points": [1]])
      #expect(try await payload() == [:])
      let missing = try await server(
        "POST", path + "?wait=true", ["payload": ["n": 1], "points": [1, 99]])
      #expect(missing.status == 404)
      #expect(try await payload() == [:])
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `what takes long or much by repetition is folded, bounded or refused`() async throws {
    try await RunningServer.with { server async throws in
      try await server.fill()
      let path = "/collections/c/points/payload?wait=true"
      let text = String(repeating: "x", count: 10_000)
      // One id ten thousand times is one change.
      let ids = Array(repeating: "1", count: 10_000).joined(separator: ",")
      let folded = try await server.send(
        "POST", path, #"{"payload":{"text":"\#(text)"},"points":[\#(ids)]}"#)
      #expect(folded.status == 200)
      // New keys on a point of many.
      for round in 0..<2 {
        let members = (0..<20_000).map { #""\#(round) \#($0)":0"# }.joined(separator: ",")
        let many = try await server.send(
          "POST", path, #"{"payload":{\#(members)},"points":[2]}"#)
        #expect(many.status == 200)
      }
      let one = try await server("GET", "/collections/c/points/2")
      #expect(one["result", "payload"].asObject?.count == 40_002)
      // A copy in each of many places.
      let places = Array(repeating: "{}", count: 10_000).joined(separator: ",")
      _ = try await server.send("POST", path, #"{"payload":{"a":[\#(places)]},"points":[3]}"#)
      let copies = try await server.send(
        "POST", path, #"{"payload":{"text":"\#(text)"},"key":"a[]","points":[3]}"#)
      #expect(copies.status == 413, "\(copies.text)")
      #expect(copies.text.contains("leads to so many places in point 3"))
      let deep = try await server.send(
        "POST", path,
        #"{"payload":{},"key":"a\#(String(repeating: ".a", count: 100_000))","points":[3]}"#)
      #expect(deep.status == 400)
    }
  }

  @Test func `a batch that fails says how far it came`() async throws {
    try await RunningServer.with { server async throws in
      try await server.fill()
      let reply = try await server(
        "POST", "/collections/c/points/batch?wait=true",
        [
          "operations": [
            ["set_payload": ["payload": ["x": 1], "points": [1]]],
            ["set_payload": ["payload": ["x": 1], "points": [99]]],
            ["set_payload": ["payload": ["x": 1], "points": [2]]],
          ]
        ])
      #expect(reply.status == 404)
      #expect(reply.text.contains("(the first 1 of 3 operations have been made)"))
      #expect(
        try await server("GET", "/collections/c/points/1")["result", "payload", "x"] == 1)
      #expect(
        try await server("GET", "/collections/c/points/2")["result", "payload", "x"] == .null)
    }
  }

  @Test func `a batch of operations answers one result each`() async throws {
    try await RunningServer.with { server async throws in
      try await server.fill()
      let reply = try await server(
        "POST", "/collections/c/points/batch?wait=true",
        [
          "operations": [
            ["upsert": ["points": [["id": 5, "vector": [:]]]]],
            ["set_payload": ["payload": ["n": 1], "points": [5]]],
            ["delete": ["points": [1]]],
            ["delete_vectors": ["points": [2], "vector": ["ratings"]]],
          ]
        ])
      #expect(reply.status == 200, "\(reply.text)")
      #expect(reply["result", 3, "status"] == "completed")
      let all = try await server("POST", "/collections/c/points/scroll", ["with_vector": true])
      #expect(all["result", "points"].ids == [2, 3, 5])
      #expect(all["result", "points", 0, "vector"] == [:])
      #expect(all["result", "points", 2, "payload"] == ["n": 1])
    }
  }

  @Test func `wait and its companions are checked`() async throws {
    try await RunningServer.with { server async throws in
      try await server.fill()
      let delete: JSONValue = ["points": [1]]
      for (query, status) in [("wait=maybe", 400), ("ordering=odd", 400), ("timeout=0", 422)] {
        let reply = try await server("POST", "/collections/c/points/delete?\(query)", delete)
        #expect(reply.status == status, "\(query)")
      }
      #expect(try await server("POST", "/collections/c/points/count", [:])["result", "count"] == 3)
    }
  }
}
