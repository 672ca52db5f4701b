import DataFiles
import NIOCore

/// A server, and what it takes to be let in.
package struct ServerAccess: Sendable {
  package enum Address: Equatable, Sendable {
    /// A daemon's control socket.
    case socket(path: String)
    /// A Kindred daemon, or a Qdrant server.
    case url(ServerURL)
  }

  package var address: Address
  /// Sent to URLs only: a control socket needs none.
  package var key: String?
  /// A PEM file of certificates that a server's may lead to.
  package var authorities: String?
  /// The time limit for an answer as a whole.
  package var timeout = TimeAmount.minutes(10)

  package init(_ address: Address, key: String? = nil) {
    self.address = address
    self.key = key
  }

  /// The key in a file, whose first line it is.
  static func key(inFile path: String) throws(CommandFailure) -> String {
    let bytes: [UInt8]
    do { bytes = try TextFile.contents(path) } catch {
      throw CommandFailure(.noInput, "cannot read the key: \(error)")
    }
    return try checkedKey(
      String(
        decoding: bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") },
        as: UTF8.self), "the first line of '\(path)'")
  }

  /// - Parameter source: for the message.
  static func checkedKey(_ key: String, _ source: String) throws(CommandFailure) -> String {
    guard !key.isEmpty, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw CommandFailure(
        .usage,
        "\(source) is not an API key: it is empty, or has characters that no header can have")
    }
    return key
  }
}

extension ServerAccess: CustomStringConvertible {
  /// The server's name in messages.
  package var description: String {
    switch address {
    case .socket(let path): "the daemon at '\(path)'"
    case .url(let url): "the server at \(url)"
    }
  }
}
