import TestSupport
import Testing

/// Mutated bodies through the control socket of a whole server.
@Suite struct BodyFuzzTests {
  private static let requests = [
    ("upsert", "PUT", "/collections/c/points?wait=true"),
    ("query", "POST", "/collections/c/points/query"),
    ("filter", "POST", "/collections/c/points/count"),
  ]

  @Test func `any body is answered, and never with a server error`() async throws {
    try await RunningServer.with { server in
      let created = try await server(
        "PUT", "/collections/c",
        [
          "vectors": ["dense": ["size": 3, "distance": "Dot"]],
          "sparse_vectors": ["ratings": [:], "text": [:]],
        ])
      #expect(created.status == 200)
      let complaints = await onThread { [path = server.directory + "/kindred.sock"] in
        Self.requests.compactMap { Self.complaint(path, $0.0, $0.1, $0.2) }
      }
      #expect(complaints == [])
    }
  }

  /// Blocks.
  private static func complaint(
    _ socketPath: String, _ name: String, _ method: String, _ path: String
  ) -> String? {
    let complaints = Recorder<String>()
    var driver = FuzzDriver(
      FuzzTarget(name) { bytes in
        let isFilter = name == "filter"
        let body =
          isFilter ? Array("{\"filter\":".utf8) + bytes.array + Array("}".utf8) : bytes.array
        let answer = try? ControlSocket(socketPath).send(method, path, body: body)
        if answer.map({ $0.status >= 500 }) ?? true {
          let text = String(decoding: body, as: UTF8.self)
          complaints.record("\(name): \(answer?.status ?? 0) to \(text)")
        }
      }, seed: 1)
    _ = driver.run(count: 500)
    return complaints.values.first
  }
}
