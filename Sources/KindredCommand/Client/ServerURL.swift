import StorageIO

/// The address of a server: `http://host:port` or `https://host:port`, with a path before those of the
/// API where a proxy adds one.
package struct ServerURL: Equatable, Sendable {
  package var isEncrypted: Bool
  package var host: String
  package var port: Int
  /// Empty, or begins with a slash and does not end with one.
  package var path: String

  /// - Throws: `CommandFailure` (usage) for text that is not such an address.
  package init(_ text: String) throws(CommandFailure) {
    func refusal(_ reason: String) -> CommandFailure {
      CommandFailure(.usage, "'\(text)' is not a server's address: \(reason)")
    }
    guard let (scheme, rest) = Self.cut(text[...], after: "://") else {
      throw refusal("write http://host:port")
    }
    switch scheme.lowercased() {
    case "http": isEncrypted = false
    case "https": isEncrypted = true
    default: throw refusal("only http:// and https:// are supported")
    }
    guard rest.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw refusal("it may hold no spaces and only ASCII")
    }
    guard !rest.contains("?"), !rest.contains("#") else {
      throw refusal("it may have no '?' and no '#'")
    }
    let slash = rest.firstIndex(of: "/") ?? rest.endIndex
    let authority = rest[..<slash]
    guard !authority.contains("@") else {
      throw refusal("a key belongs in KINDRED_API_KEY or --api-key-file")
    }
    let portText: Substring?
    if authority.hasPrefix("[") {
      guard let (host, end) = Self.cut(authority.dropFirst(), after: "]"),
        end.isEmpty || end.hasPrefix(":")
      else { throw refusal("an IPv6 address is written as in http://[::1]:6333") }
      self.host = String(host)
      portText = end.isEmpty ? nil : end.dropFirst()
    } else if let (host, port) = Self.cut(authority, after: ":") {
      self.host = String(host)
      portText = port
    } else {
      host = String(authority)
      portText = nil
    }
    guard !host.isEmpty else { throw refusal("it has no host") }
    if let portText {
      guard portText.utf8.allSatisfy(\.isDigit), let number = UInt16(portText), number > 0
      else {
        throw refusal("'\(portText)' is not a port")
      }
      port = Int(number)
    } else {
      port = isEncrypted ? 443 : 80
    }
    path = String(rest[slash...])
    while path.hasSuffix("/") { path.removeLast() }
  }

  private static func cut(
    _ text: Substring, after mark: String
  ) -> (before: Substring, after: Substring)? {
    var rest = text
    while !rest.isEmpty {
      if rest.hasPrefix(mark) {
        return (text[..<rest.startIndex], rest.dropFirst(mark.count))
      }
      rest = rest.dropFirst()
    }
    return nil
  }
}

extension ServerURL: CustomStringConvertible {
  package var description: String {
    let host = host.contains(":") ? "[\(host)]" : host
    return "\(isEncrypted ? "https" : "http")://\(host):\(port)\(path)"
  }
}
