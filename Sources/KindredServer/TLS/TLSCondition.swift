import Synchronization

/// The condition of the TCP door's certificate, for those who watch the daemon.
final class TLSCondition: Sendable {
  struct Certificate {
    /// Seconds since 1970.
    var notAfter: Int
    /// Why the files as they are now are not used, in words.
    var obstacle: String?
  }

  private let state = Mutex<Certificate?>(nil)
  private let failureCount = Atomic(0)

  /// Nil where there is no TLS.
  var certificate: Certificate? { state.withLock { $0 } }

  /// Handshakes that came to nothing.
  var failedHandshakeCount: Int { failureCount.load(ordering: .relaxed) }

  func note(_ certificate: Certificate) { state.withLock { $0 = certificate } }

  func noteFailedHandshake() { failureCount.wrappingAdd(1, ordering: .relaxed) }
}
