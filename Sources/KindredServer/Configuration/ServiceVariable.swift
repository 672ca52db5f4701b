import StorageIO

/// Variables that Kubernetes and Docker put into the environment of every container beside a service
/// named `kindred` or `kindred-…`. They say where that service is and set nothing here.
///
/// Sources: "Discovering services" in Kubernetes' documentation of services, "Environment variables"
/// in Docker's of container links.
enum ServiceVariable {
  /// Whether the variable is one of these, after its form: `KINDRED_SERVICE_HOST`,
  /// `KINDRED_PORT=tcp://10.0.0.1:6333`, `KINDRED_PORT_6333_TCP_ADDR`, `KINDRED_NAME=/web/kindred`,
  /// `KINDRED_ENV_…`, and the same of `KINDRED_HTTP_…` for a service `kindred-http`.
  static func matches(_ name: String, _ value: String) -> Bool {
    let words = name.split(separator: "_", omittingEmptySubsequences: false).dropFirst()
    if words.first == "ENV" { return true }
    if words.last == "NAME" { return value.hasPrefix("/") }
    return namesService(words) || namesPort(words, value)
  }

  /// `…SERVICE_HOST`, `…SERVICE_PORT`, `…SERVICE_PORT_HTTP`.
  private static func namesService(_ words: ArraySlice<Substring>) -> Bool {
    guard let service = words.lastIndex(of: "SERVICE"), service + 1 < words.endIndex else {
      return false
    }
    return switch words[service + 1] {
    case "HOST": service + 2 == words.endIndex
    case "PORT": true
    default: false
    }
  }

  /// `…PORT` with a URL, `…PORT_6333_TCP`, `…PORT_6333_TCP_ADDR` and its like.
  private static func namesPort(_ words: ArraySlice<Substring>, _ value: String) -> Bool {
    if words.last == "PORT", value.contains("://") { return true }
    var words = words
    if let part = words.last, ["PROTO", "PORT", "ADDR"].contains(part) { words.removeLast() }
    guard let transport = words.popLast(), ["TCP", "UDP", "SCTP"].contains(transport),
      let port = words.popLast(), !port.isEmpty, port.utf8.allSatisfy(\.isDigit)
    else { return false }
    return words.last == "PORT"
  }
}
