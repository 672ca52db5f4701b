import HTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import TestSupport
import Testing

/// The client against servers that do not answer as they should.
@Suite struct HTTPClientTests {
  private let files = TemporaryDirectory()

  @Test(.timeLimit(.minutes(2)))
  func `an exchange ends whenever the server hangs up`() async throws {
    let path = "\(files.path)/s"
    let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { $0.close() }
      .bind(unixDomainSocketPath: path).get()
    let client = HTTPClient(.socket(path: path))
    let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/livez")
    // The connection closes before, while, or after the request is on its way.
    for _ in 0..<2000 {
      await #expect(throws: (any Error).self) {
        try await client.exchange(head, timeout: .seconds(30))
      }
    }
    try await server.close()
  }
}
