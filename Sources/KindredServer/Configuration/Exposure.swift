/// A protection that a TCP address which other machines reach may lack only where the setting
/// `insecure` says so.
package enum Exposure: String, CaseIterable, Sendable {
  /// Nothing asks who comes in.
  case noKey = "no-key"
  /// Whoever is on the way can read keys and data.
  case noTLS = "no-tls"

  /// The missing protection, in words.
  var lack: String {
    switch self {
    case .noKey: "an API key"
    case .noTLS: "TLS"
    }
  }

  /// The settings that provide it, in words.
  var remedy: String {
    switch self {
    case .noKey: "KINDRED_API_KEY (or `api-key` in the configuration file)"
    case .noTLS: "`tls-certificate` and `tls-key`"
    }
  }
}

extension DaemonOptions {
  /// The protections that an address lacks. A loopback address needs none; a client's certificate says
  /// as well as a key who comes in.
  func exposures(of address: TCPAddress) -> [Exposure] {
    if address.isLoopback { return [] }
    var exposures: [Exposure] = []
    if security.apiKey == nil, tls?.clientAuthorityPath == nil { exposures.append(.noKey) }
    if tls == nil { exposures.append(.noTLS) }
    return exposures
  }

  /// - Throws: when an address lacks something, and `insecure` does not say that it may.
  func checkExposures(of address: TCPAddress) throws(DaemonError) {
    let unsaid = exposures(of: address).filter { !security.insecure.contains($0) }
    if unsaid.isEmpty { return }
    let names = unsaid.map(\.rawValue).joined(separator: ",")
    throw DaemonError(
      "refusing to listen on \(address) without \(unsaid.map(\.lack).joined(separator: " and without ")): "
        + "set \(unsaid.map(\.remedy).joined(separator: ", and ")), or listen on 127.0.0.1; where "
        + "something else guards that address, say so with --insecure \(names) (`insecure`)")
  }
}
