#if Remote
  import HTTPClient
  import KindredServer
  import NIOCore
  import NIOHTTP1
  import TestSupport
  import Testing

  /// The client against a daemon that shows a certificate for `localhost` or for somebody else.
  @Suite struct HTTPSClientTests {
    private let files = TemporaryDirectory()
    private let authority: String

    init() throws {
      authority = try TestCertificates.write(
        TestCertificates.authority, as: "authority.pem", in: files)
    }

    private func with(
      _ certificate: String, _ key: String, _ body: (RunningServer) async throws -> Void
    ) async throws {
      let options = TLSOptions(
        certificatePath: try TestCertificates.write(certificate, as: "server.pem", in: files),
        keyPath: try TestCertificates.write(key, as: "server.key", in: files))
      try await RunningServer.with(tls: options, body)
    }

    private func ask(
      _ address: HTTPClient.Address, timeout: TimeAmount = .seconds(30), times: Int = 1
    ) async throws -> [String] {
      let client = HTTPClient(address)
      defer { client.close() }
      var answers: [String] = []
      for _ in 0..<times {
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/livez")
        answers.append(
          String(buffer: try await client.exchange(head, timeout: timeout).body))
      }
      return answers
    }

    private func failure(
      _ address: HTTPClient.Address, timeout: TimeAmount = .seconds(30)
    ) async -> String {
      do {
        return "answered: \(try await ask(address, timeout: timeout))"
      } catch {
        return "\(error)"
      }
    }

    @Test(arguments: ["localhost", "127.0.0.1"])
    func `a server with a trusted certificate answers`(host: String) async throws {
      try await with(TestCertificates.localhost, TestCertificates.localhostKey) { server in
        let answers = try await ask(
          .tls(host: host, port: server.address.port, authorities: authority), times: 3)
        #expect(answers == Array(repeating: "livez check passed", count: 3))
      }
    }

    @Test func `a certificate that leads to no root is refused`() async throws {
      try await with(TestCertificates.localhost, TestCertificates.localhostKey) { server in
        let reason = await failure(
          .tls(host: "localhost", port: server.address.port, authorities: nil))
        #expect(reason.contains("trusted"), "\(reason)")
      }
    }

    @Test(arguments: ["localhost", "127.0.0.1"])
    func `a certificate for somebody else is refused`(host: String) async throws {
      try await with(TestCertificates.elsewhere, TestCertificates.elsewhereKey) { server in
        let reason = await failure(
          .tls(host: host, port: server.address.port, authorities: authority))
        #expect(reason == "the server's certificate is not for '\(host)'")
      }
    }

    @Test func `a server that speaks plain HTTP is recognized`() async throws {
      try await RunningServer.with { server in
        let reason = await failure(
          .tls(host: "127.0.0.1", port: server.address.port, authorities: authority))
        #expect(reason.contains("TLS"), "\(reason)")
      }
    }

    @Test func `a file without certificates is named`() async throws {
      let none = files.file("none.pem")
      let reason = await failure(.tls(host: "127.0.0.1", port: 1, authorities: none))
      #expect(reason.contains(none))
    }
  }
#endif
