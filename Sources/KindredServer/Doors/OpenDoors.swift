import Synchronization

/// Where the daemon listens, for those who ask.
final class OpenDoors: Sendable {
  private let addresses = Mutex<(http: TCPAddress?, grpc: TCPAddress?)>((nil, nil))

  /// The TCP door's actual address; nil while it is closed.
  var http: TCPAddress? { addresses.withLock { $0.http } }

  /// The actual address of gRPC's door; nil while it is closed.
  var grpc: TCPAddress? { addresses.withLock { $0.grpc } }

  func note(_ address: TCPAddress, _ language: Door.Language) {
    addresses.withLock {
      switch language {
      case .http: $0.http = address
      case .grpc: $0.grpc = address
      }
    }
  }
}
