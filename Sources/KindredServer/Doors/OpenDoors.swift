import Synchronization

/// Where the daemon listens, for those who ask.
final class OpenDoors: Sendable {
  private let address = Mutex<TCPAddress?>(nil)

  /// The TCP door's actual address; nil while it is closed.
  var http: TCPAddress? { address.withLock { $0 } }

  func note(_ http: TCPAddress) { address.withLock { $0 = http } }
}
