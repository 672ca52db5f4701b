import NIOCore
import NIOHTTP1
import NIOPosix

/// A listening socket and the connections that come in by it. Both doors lead to the same endpoints.
final class Door: Sendable {
  enum Address: Sendable {
    /// Of the daemon's user, root, and the members of the group.
    case socket(path: String, group: SystemGroup?)
    case tcp(TCPAddress)
  }

  let responder: Responder
  /// The guard before the endpoints at the TCP door. The control socket, which knows whose
  /// process each peer is, needs none.
  let tcpGuard: TCPGuard?
  let room: ConnectionRoom
  /// Requests of one connection that are worked on at the same time.
  let maxWorkingCount: Int
  private let address: Address
  private let group = MultiThreadedEventLoopGroup.singleton

  var limits: RequestLimits { responder.daemon.limits }

  init(
    _ address: Address, _ responder: Responder, _ tcpGuard: TCPGuard? = nil, connectionCount: Int
  ) {
    self.address = address
    self.responder = responder
    self.tcpGuard = tcpGuard
    room = ConnectionRoom(limit: connectionCount)
    maxWorkingCount = 2 * responder.daemon.limits.readThreadCount
  }

  /// Listens and takes clients in.
  /// - Returns: the socket.
  func open() async throws(DaemonError) -> any Channel {
    do {
      let bootstrap = bootstrap()
      switch address {
      case .socket(let path, let group):
        let socket = try await bootstrap.bind(unixDomainSocketPath: path).get()
        do {
          try ControlSocket.open(path, to: group)
        } catch {
          try? await socket.close()
          throw error
        }
        return socket
      case .tcp(let address):
        return try await bootstrap.bind(host: address.host, port: address.port).get()
      }
    } catch let error as DaemonError {
      throw error
    } catch {
      throw DaemonError("cannot listen on \(address): \(error)")
    }
  }

  private func bootstrap() -> ServerBootstrap {
    ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          // A system out of descriptors gives some back.
          try channel.pipeline.syncOperations.addHandler(
            AcceptBackoffHandler(shouldForwardIOErrorCaught: false))
        }
      }
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelInitializer { [self] channel in
        channel.eventLoop.makeCompletedFuture { try prepare(channel) }
      }
  }

  private func prepare(_ channel: any Channel) throws {
    let pipeline = channel.pipeline.syncOperations
    switch address {
    case .socket(_, let group): try pipeline.addHandler(PeerCheckHandler(group))
    case .tcp:
      try channel.syncOptions?.setOption(.socketOption(.tcp_nodelay), value: 1)
    }
    var headerLimits = NIOHTTPDecoderLimitConfiguration()
    headerLimits.maxHeaderFieldSize = 16 << 10
    headerLimits.maxHeaderListSize = 64 << 10
    headerLimits.maxHeaderFieldCount = 100
    try pipeline.addHandler(
      ByteToMessageHandler(HTTPRequestDecoder(limitConfiguration: headerLimits)))
    try pipeline.addHandler(ConnectionHandler(self))
  }

  /// Takes nobody in any more, and lets requests under way finish.
  /// - Returns: whether they all had by `deadline`. The others have been cut off.
  func close(_ socket: any Channel, by deadline: NIODeadline) async -> Bool {
    try? await socket.close()
    return await room.close(by: deadline, on: socket.eventLoop)
  }
}

extension Door.Address: CustomStringConvertible {
  var description: String {
    switch self {
    case .socket(let path, _): path
    case .tcp(let address): address.description
    }
  }
}
