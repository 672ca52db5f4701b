import JSONCodec
import Kindred
import KindredServer
import Logging
import TestSupport
import Testing

@Suite("Doors") struct DoorTests {
  @Test func `health and version answer at both doors`() async throws {
    try await RunningServer.with(SecurityOptions(apiKey: "secret")) { server in
      for tcp in [false, true] {
        for path in ["/livez", "/healthz", "/readyz"] {
          #expect(try await server.send("GET", path, tcp: tcp).status == 200)
        }
        let version = try await server.send("GET", "/", tcp: tcp)
        #expect(version["version"] == .string(Version.qdrantCompatible))
      }
      #expect(try await server.send("GET", "/readyz").text == "all shards are ready")
    }
  }

  @Test func `keys are asked for at the TCP door only`() async throws {
    let security = SecurityOptions(apiKey: "secret", readOnlyAPIKey: "look")
    try await RunningServer.with(security) { server in
      try await server.fill()
      func status(_ method: String, _ path: String, _ key: String?) async throws -> Int {
        let headers = key.map { ["api-key": $0] } ?? [:]
        return try await server.send(
          method, path, method == "GET" ? nil : "{}", headers: headers, tcp: true
        ).status
      }
      #expect(try await status("GET", "/collections", nil) == 401)
      #expect(try await status("GET", "/collections", "secre") == 401)
      #expect(try await status("GET", "/collections", "secret") == 200)
      #expect(try await status("GET", "/collections", "look") == 200)
      #expect(try await status("POST", "/collections/c/points/count", "look") == 200)
      #expect(try await status("PUT", "/collections/d", "look") == 403)
      #expect(try await status("PUT", "/collections/d", "secret") == 200)
      let bearer = try await server.send(
        "GET", "/collections", headers: ["authorization": "Bearer secret"], tcp: true)
      #expect(bearer.status == 200)
    }
  }

  @Test func `strange hosts, origins and content types are refused`() async throws {
    let security = SecurityOptions(
      allowedHosts: ["kindred.example"], allowedOrigins: ["https://app.example"])
    try await RunningServer.with(security) { server in
      func reply(_ headers: [String: String]) async throws -> RunningServer.Reply {
        try await server.send("GET", "/collections", headers: headers, tcp: true)
      }
      #expect(try await reply(["host": "evil.example"]).status == 403)
      #expect(try await reply(["host": "kindred.example:80"]).status == 200)
      #expect(try await reply(["origin": "https://evil.example"]).status == 403)
      let allowed = try await reply(["origin": "https://app.example"])
      #expect(allowed.headers["access-control-allow-origin"] == "https://app.example")
      let text = try await server.send(
        "PUT", "/collections/c", "{}", headers: ["content-type": "text/plain"], tcp: true)
      #expect(text.status == 415)
    }
  }

  @Test func `a body over the limit is 413`() async throws {
    var limits = RequestLimits()
    limits.bodyByteCount = 1000
    try await RunningServer.with(limits: limits) { server async throws in
      let body = #"{"points": "\#(String(repeating: "x", count: 2000))"}"#
      #expect(try await server.send("PUT", "/collections/c/points", body).status == 413)
      #expect(try await server.send("GET", "/collections").status == 200)
    }
  }

  @Test func `metrics and statistics name the collections`() async throws {
    try await RunningServer.with { server async throws in
      try await server.fill()
      let metrics = try await server.send("GET", "/metrics").text
      #expect(metrics.contains("collection_points{id=\"c\"} 3"))
      #expect(metrics.contains("rest_responses_total{method=\"PUT\""))
      let syncs = "kindred_wal_sync_duration_seconds"
      let count = try await server("GET", "/stats")["result", "syncs", "count"]
      #expect(count != 0)
      #expect(metrics.contains("\(syncs)_count \(count)\n"))
      #expect(metrics.contains("\(syncs)_bucket{le=\"+Inf\"} \(count)\n"))
      let statistics = try await server.send("GET", "/stats")
      #expect(statistics["result", "collections", 0, "points"] == 3)
    }
  }

  @Test func `data outlives the daemon`() async throws {
    let directory = TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    try await RunningServer.with(directory.path) { try await $0.fill() }
    try await RunningServer.with(directory.path) { server async throws in
      #expect(try await server("POST", "/collections/c/points/count", [:])["result", "count"] == 3)
    }
  }

  private func start(_ options: DaemonOptions) async throws {
    try await Daemon(options, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }).run()
  }

  @Test func `a second daemon is refused and told who holds the directory`() async throws {
    try await RunningServer.with { server async throws in
      do {
        try await start(DaemonOptions(dataDirectory: server.directory))
        Issue.record("a second daemon started")
      } catch {
        #expect("\(error)".contains("process"))
        #expect("\(error)".contains("kindred.sock"))
      }
      #expect(try await server.send("GET", "/livez").status == 200)
    }
  }

  @Test(arguments: [
    ("0.0.0.0", false, false, "without an API key and without TLS", "--insecure no-key,no-tls"),
    ("::", true, false, "without TLS", "--insecure no-tls"),
    ("example.org", false, true, "without an API key", "--insecure no-key"),
  ])
  func `an open address needs a key and TLS`(
    host: String, hasKey: Bool, hasTLS: Bool, lack: String, remedy: String
  ) async throws {
    let directory = TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    var options = DaemonOptions(dataDirectory: directory.path)
    if hasKey { options.security.apiKey = "k" }
    if hasTLS { options.tls = TLSOptions(certificatePath: "/none", keyPath: "/none") }
    let address = TCPAddress(host: host, port: 0)
    for opens in [\DaemonOptions.http, \DaemonOptions.grpc] {
      var open = options
      open[keyPath: opens] = address
      do {
        try await start(open)
        Issue.record("it listens")
      } catch {
        // A build without gRPC says so first.
        if "\(error)".contains("built without") { continue }
        #expect("\(error)".contains("\(lack):") && "\(error)".contains(remedy))
      }
    }
  }

  @Test func `a socket path that the system cannot bind is refused first`() async throws {
    let long = "/nowhere/" + String(repeating: "d", count: 100)
    await #expect(throws: DaemonError.self) { try await start(DaemonOptions(dataDirectory: long)) }
  }
}
