import JSONCodec
import KindredServer
import Testing

@Suite("Snapshot routes") struct SnapshotRouteTests {
  private func form(_ file: String, field: String = "snapshot", end: String = "--") -> String {
    "preamble\r\n--XX\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nvalue\r\n--XX\r\n"
      + "content-disposition: form-data; filename=\"a b.snapshot\"; name=\"\(field)\"\r\n"
      + "Content-Type: application/octet-stream\r\n\r\n\(file)\r\n--XX\(end)\r\n"
  }

  private func upload(
    _ server: RunningServer, _ path: String, _ body: String
  ) async throws -> RunningServer.Reply {
    try await server.send(
      "POST", path, body, headers: ["content-type": "multipart/form-data; boundary=XX"])
  }

  @Test func `an archive is made, listed, recovered from and deleted`() async throws {
    try await RunningServer.with { server async throws in
      try await server.fill()
      for base in ["/collections/c/snapshots", "/collections/c/shards/0/snapshots"] {
        let made = try await server("POST", base)
        #expect(made.status == 200)
        guard case .string(let name) = made["result", "name"] else {
          Issue.record("\(made.text)")
          return
        }
        #expect(try await server("GET", base)["result"] == .array([made["result"]]))
        let download = try await server("GET", base + "/" + name)
        #expect(download.headers["content-type"] == "application/octet-stream")
        #expect(download.headers["content-length"] == "\(made["result", "size"])")

        _ = try await server("POST", "/collections/c/points/delete?wait=true", ["points": [1, 2]])
        let recovered = try await server("PUT", base + "/recover", ["location": .string(name)])
        #expect(recovered["result"] == true)
        #expect(try await server("GET", "/collections/c")["result", "points_count"] == 3)
        #expect(try await server("DELETE", base + "/" + name)["result"] == true)
        #expect(try await server("DELETE", base + "/" + name).status == 404)
        #expect(try await server("GET", base + "/" + name).status == 404)
      }
      let streamed = try await server("GET", "/collections/c/shards/0/snapshot")
      #expect(streamed.status == 200)
      #expect(streamed.text.utf8.starts(with: "KINDSNAP".utf8))
      #expect(try await server("GET", "/collections/c/snapshots")["result"] == [])
      let full = try await server("POST", "/snapshots")
      #expect(try await server("GET", "/snapshots")["result"] == .array([full["result"]]))
      #expect(try await server("POST", "/snapshots?wait=false").status == 202)
    }
  }

  @Test func `refusals name what is wrong`() async throws {
    try await RunningServer.with { server async throws in
      try await server.fill()
      let path = "/collections/c/snapshots"
      #expect(try await server("POST", "/collections/x/snapshots").status == 404)
      #expect(try await server("POST", "/collections/x/snapshots?wait=false").status == 404)
      #expect(try await server("GET", "/collections/c/shards/1/snapshots").status == 404)
      #expect(try await server("GET", path + "/..%2F..%2FMANIFEST").status == 404)
      for (location, status) in [
        ("http://localhost/x.snapshot", 400), ("file:///etc/passwd", 403), ("file://", 400),
        ("file://\(server.directory)/snapshots/../MANIFEST", 403), ("no.snapshot", 404),
        ("file://\(server.directory)/snapshots/no.snapshot", 404),
      ] {
        let reply = try await server("PUT", path + "/recover", ["location": .string(location)])
        #expect(reply.status == status, "\(location): \(reply.text)")
        #expect(!reply.error.isEmpty)
      }
      let refused = try await server(
        "PUT", path + "/recover", ["location": "x.snapshot", "priority": "mine"])
      #expect(refused.status == 400)
      #expect(
        try await server("PUT", path + "/recover", ["location": "x.snapshot", "checksum": "1"])
          .status == 422)
      #expect(try await upload(server, path + "/upload", form("no snapshot")).status == 400)
      #expect(try await upload(server, path + "/upload", form("", end: "")).status == 400)
      #expect(try await upload(server, path + "/upload", form("", field: "x")).status == 400)
      #expect(try await server("POST", path + "/upload", [:]).status == 400)
      #expect(try await server("GET", "/collections/c")["result", "points_count"] == 3)
    }
  }
}
