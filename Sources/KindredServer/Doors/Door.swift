import NIOCore
import NIOHTTP1
import NIOPosix
import StorageIO

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A listening socket and the connections that come in by it. All doors lead to the same operations.
final class Door: Sendable {
  enum Address: Sendable {
    /// A socket for the daemon's user, root, and the members of the group.
    case socket(path: String, group: SystemGroup?)
    case tcp(TCPAddress)
  }

  /// The protocol that is spoken at it.
  enum Language: Sendable {
    case http, grpc

    /// The setting that chooses its port.
    fileprivate var setting: Setting {
      switch self {
      case .http: .http
      case .grpc: .grpc
      }
    }
  }

  let responder: Responder
  /// The guard before the endpoints at the TCP door. The control socket, which knows whose
  /// process each peer is, needs none.
  let tcpGuard: TCPGuard?
  let room: ConnectionRoom
  /// Requests of one connection that are worked on at the same time.
  let maxWorkingCount: Int
  private let address: Address
  private let language: Language
  private let tls: ServerTLS?
  private let group = MultiThreadedEventLoopGroup.singleton

  var isEncrypted: Bool { tls != nil }

  var limits: RequestLimits { responder.daemon.limits }

  init(
    _ address: Address, speaking language: Language = .http, _ responder: Responder,
    _ tcpGuard: TCPGuard? = nil,
    _ tls: ServerTLS? = nil, connectionCount: Int
  ) {
    self.address = address
    self.language = language
    self.responder = responder
    self.tcpGuard = tcpGuard
    self.tls = tls
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
      throw DaemonError("cannot listen on \(address): \(reason(error))")
    }
  }

  /// Why the system refuses, and what to do.
  private func reason(_ error: any Error) -> String {
    guard let code = (error as? IOError)?.errnoCode else { return "\(error)" }
    switch (code, address) {
    case (EADDRINUSE, .tcp):
      return "another process does already; stop it, or choose another port with "
        + "--\(language.setting.rawValue) (`\(language.setting.rawValue)`), where 0 is any that is free"
    case (EADDRNOTAVAIL, .tcp): return "this machine has no such address"
    case (EACCES, .tcp): return "no permission; ports below 1024 are root's, choose a higher one"
    case (EACCES, .socket), (EPERM, .socket): return "no permission to write in the data directory"
    case (EROFS, .socket): return "the file system is mounted read-only, and a daemon has to write"
    default: return Errno.message(code)
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
      try tls?.prepare(pipeline, for: language)
    }
    #if Remote
      if language == .grpc { return try prepareForGRPC(pipeline) }
    #endif
    var headerLimits = NIOHTTPDecoderLimitConfiguration()
    headerLimits.maxHeaderFieldSize = RequestLimits.maxHeaderFieldByteCount
    headerLimits.maxHeaderListSize = RequestLimits.maxHeaderByteCount
    headerLimits.maxHeaderFieldCount = RequestLimits.maxHeaderFieldCount
    let connection = ConnectionHandler(self)
    try pipeline.addHandler(
      RepeatedHeads(before: connection, maxBodyByteCount: limits.bodyByteCount))
    try pipeline.addHandler(
      ByteToMessageHandler(HTTPRequestDecoder(limitConfiguration: headerLimits)))
    try pipeline.addHandler(connection)
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
