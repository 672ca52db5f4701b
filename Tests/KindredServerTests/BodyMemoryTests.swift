import KindredServer
import Testing

/// Bodies that take many times their bytes in memory are refused with the reason, whatever reads them.
@Suite("Memory of bodies") struct BodyMemoryTests {
  private static let small: RequestLimits = {
    var limits = RequestLimits()
    limits.decodedByteCount = 100_000
    return limits
  }()

  private static func list(_ element: String, _ count: Int = 5_000) -> String {
    "[" + Array(repeating: element, count: count).joined(separator: ",") + "]"
  }

  @Test(arguments: [
    ("POST", "/points/scroll", #"{"filter": \#(list("[]", 20_000))}"#),
    ("POST", "/points/scroll", #"{"filter": {"must": {"has_id": \#(list("1", 20_000))}}}"#),
    ("POST", "/points/query", #"{"prefetch": \#(list(#"{"a":{}}"#))}"#),
    ("POST", "/points/delete", #"{"points": \#(list("7", 20_000))}"#),
    ("POST", "/points/payload", #"{"points": [1], "payload": {"a": \#(list("[0]"))}}"#),
    ("PUT", "/points/vectors", #"{"points": \#(list(#"{"id":1,"vector":{"r":[1]}}"#))}"#),
    ("PUT", "/points", #"{"points": \#(list(#"{"id":1,"vector":{},"payload":{"a":[0]}}"#))}"#),
    ("PUT", "/points", #"{"points": \#(list(#"{"id":1,"vector":[[1],[1]]}"#))}"#),
    ("PUT", "/points", #"{"batch": {"ids": \#(list("1", 20_000)), "vectors": []}}"#),
    ("PUT", "/points", #"{"batch": {"ids": [], "payloads": \#(list(#"{"a":{}}"#))}}"#),
    ("PUT", "/points", #"{"batch": {"ids": [], "vectors": {"r": \#(list("[1]"))}}}"#),
    (
      "POST", "/points/batch",
      #"{"operations": \#(list(#"{"clear_payload":{"points":[1]}}"#))}"#
    ),
    ("PATCH", "", #"{"metadata": {"a": \#(list("[0]"))}}"#),
  ]) func `a body that takes too much is refused`(
    _ method: String, _ path: String, _ body: String
  ) async throws {
    try await RunningServer.with(limits: Self.small) { server async throws in
      try await server.fill()
      let reply = try await server.send(method, "/collections/c" + path, body)
      #expect(reply.status == 413, "\(reply.text)")
      #expect(reply.text.contains("bytes of memory; send it in parts"), "\(reply.text)")
    }
  }

  @Test func `an ordinary body of the same length is taken`() async throws {
    try await RunningServer.with(limits: Self.small) { server async throws in
      try await server.fill()
      let points = (10..<1000).map {
        #"{"id":\#($0),"vector":{},"payload":{"text":"\#(String(repeating: "x", count: 100))"}}"#
      }
      let body = #"{"points": [\#(points.joined(separator: ","))]}"#
      #expect(try await server.send("PUT", "/collections/c/points", body).status == 200)
    }
  }
}
