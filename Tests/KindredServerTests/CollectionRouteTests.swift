import JSONCodec
import KindredServer
import Testing

@Suite("Collection routes") struct CollectionRouteTests {
  @Test func `a collection is created, listed, described and deleted`() async throws {
    try await RunningServer.with { server async throws in
      let created = try await server(
        "PUT", "/collections/c",
        [
          "sparse_vectors": ["ratings": ["modifier": "idf"]], "hnsw_config": ["m": 32],
          "vectors": ["image": ["size": 4, "distance": "Cosine"]],
        ])
      #expect(created.status == 200)
      #expect(created["result"] == true)
      #expect(created["status"] == "ok")
      #expect(created.headers["content-type"] == "application/json")
      let list = try await server("GET", "/collections")
      #expect(list["result", "collections"] == [["name": "c"]])
      // Slashes are normalised.
      let info = try await server("GET", "//collections/c/")
      #expect(info["result", "status"] == "green")
      #expect(info["result", "points_count"] == 0)
      let config = "config"
      #expect(
        info["result", config, "params", "sparse_vectors", "ratings", "modifier"] == "idf")
      #expect(info["result", config, "params", "vectors", "image", "size"] == 4)
      #expect(info["result", config, "hnsw_config", "m"] == 32)
      #expect(info["result", config, "hnsw_config", "ef_construct"] == 100)
      #expect(try await server("GET", "/collections/c/exists")["result", "exists"] == true)
      #expect(try await server("DELETE", "/collections/c")["result"] == true)
      #expect(try await server("DELETE", "/collections/c")["result"] == false)
      #expect(try await server("GET", "/collections/c/exists")["result", "exists"] == false)
    }
  }

  @Test func `refusals have the codes and words that clients know`() async throws {
    try await RunningServer.with { server async throws in
      try await server.fill()
      let again = try await server("PUT", "/collections/c", [:])
      #expect(again.status == 409)
      #expect(again.error == "Wrong input: Collection `c` already exists!")
      let missing = try await server("GET", "/collections/x")
      #expect(missing.status == 404)
      #expect(missing.error == "Not found: Collection `x` doesn't exist!")
      let malformed = try await server.send("PUT", "/collections/d", "{")
      #expect(malformed.status == 400)
      #expect(malformed.error.hasPrefix("Format error in JSON body: "))
      let bad = try await server(
        "PUT", "/collections/d", ["vectors": ["size": 0, "distance": "Dot"]])
      #expect(bad.status == 422)
      let wrongMethod = try await server("PUT", "/collections")
      #expect(wrongMethod.status == 405)
      #expect(wrongMethod.headers["allow"] == "GET")
      #expect(try await server("GET", "/nowhere").status == 404)
      #expect(try await server("GET", "/collections")["result", "collections"] == [["name": "c"]])
    }
  }

  @Test func `a change is merged into what was given before`() async throws {
    try await RunningServer.with { server async throws in
      try await server.fill()
      let reply = try await server(
        "PATCH", "/collections/c",
        ["optimizers_config": ["indexing_threshold": 5], "metadata": ["owner": "me"]])
      #expect(reply["result"] == true)
      let info = try await server("GET", "/collections/c")
      #expect(info["result", "config", "optimizer_config", "indexing_threshold"] == 5)
      #expect(info["result", "config", "metadata"] == ["owner": "me"])
    }
  }

  @Test func `aliases lead to their collection`() async throws {
    try await RunningServer.with { server async throws in
      try await server.fill()
      let made = try await server(
        "POST", "/collections/aliases",
        ["actions": [["create_alias": ["alias_name": "a", "collection_name": "c"]]]])
      #expect(made["result"] == true)
      #expect(
        try await server("GET", "/aliases")["result", "aliases"]
          == [["alias_name": "a", "collection_name": "c"]])
      #expect(try await server("POST", "/collections/a/points/count", [:])["result", "count"] == 3)
    }
  }
}
