/// The PEM files that the TCP door speaks TLS with.
package struct TLSOptions: Equatable, Sendable {
  /// The daemon's certificate and those that lead to a root which clients know.
  package var certificatePath: String
  package var keyPath: String
  /// Certificates, one of which must have signed a client's; nil where clients need none.
  package var clientAuthorityPath: String?

  package init(certificatePath: String, keyPath: String, clientAuthorityPath: String? = nil) {
    self.certificatePath = certificatePath
    self.keyPath = keyPath
    self.clientAuthorityPath = clientAuthorityPath
  }

  var paths: [String] { [certificatePath, keyPath] + (clientAuthorityPath.map { [$0] } ?? []) }
}
