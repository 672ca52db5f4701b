import ArgumentParser
import JSONCodec
import KindredServer

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// `kindred open`: the daemon's page, in a browser.
struct OpenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "open", abstract: "Open the daemon's page in a browser.",
    discussion: """
      The page is at /dashboard of the daemon's TCP door, so the daemon must have been started with \
      --http. The address is printed too.
      """)

  @Flag(help: "Only print the address.")
  var printOnly = false

  @OptionGroup var connection: ConnectionOptions

  #if os(macOS)
    private static let opener = "open"
  #else
    private static let opener = "xdg-open"
  #endif

  func run() async throws {
    let page = try await page()
    print(page)
    if !printOnly { try Self.show(page) }
  }

  private func page() async throws -> String {
    if case .url(let url) = try connection.access().address { return "\(url)/dashboard" }
    let statistics = try await connection.withClient { client in
      try await client.send(.GET, "/stats")
    }
    guard let door = try? JSONInput(statistics).optional("http")?.string(),
      let address = TCPAddress(door)
    else {
      throw CommandFailure(
        "the daemon has no TCP door where a browser could come in; start it with: "
          + "kindred serve --http 127.0.0.1:6333")
    }
    let isEncrypted = (try? JSONInput(statistics).optional("tls")?.bool()) ?? false
    return "\(isEncrypted ? "https" : "http")://\(Self.reachable(address))/dashboard"
  }

  /// An address to go to, where the door is open at all of the machine's.
  private static func reachable(_ address: TCPAddress) -> TCPAddress {
    var address = address
    if address.host == "0.0.0.0" { address.host = "127.0.0.1" }
    if address.host == "::" { address.host = "::1" }
    return address
  }

  /// Becomes the program that opens addresses.
  private static func show(_ page: String) throws(CommandFailure) {
    fflush(nil)
    var arguments = [strdup(opener), strdup(page), nil]
    _ = execvp(opener, &arguments)
    throw CommandFailure("cannot open a browser (no \(opener)): go to the address above")
  }
}
