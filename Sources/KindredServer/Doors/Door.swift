import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// A listening socket and what stands behind it. Stops accepting at graceful shutdown, lets requests
/// under way finish, closes idle connections.
struct Door<Front: HTTPResponder>: Service where Front.Context == ConnectionContext {
  let address: BindAddress
  /// For error messages.
  let name: String
  let front: Front
  let limits: RequestLimits
  let pendingBytes: PendingBytes
  let room: ConnectionRoom
  /// Whether every peer must run as the daemon's user.
  let checksPeer: Bool
  let onListening: @Sendable (any Channel) async -> Void

  func run() async throws {
    var logger = Logger(label: "kindred.http")
    // What matters is thrown; the rest would say what the request log says already.
    logger.logLevel = .critical
    let configuration = HTTP1Channel.Configuration(
      additionalChannelHandlers: handlers(), idleTimeout: .seconds(limits.idleSeconds),
      httpDecoderConfiguration: .init(
        maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 64 << 10, maxHeaderFieldCount: 100))
    let application = Application(
      responder: front,
      server: .http1(configuration: configuration),
      configuration: ApplicationConfiguration(
        address: address, serverName: "kindred"),
      onServerRunning: onListening,
      logger: logger)
    do {
      try await application.run()
    } catch let error as IOError {
      throw DaemonError("cannot listen on \(name): \(error)")
    } catch let error as SocketAddressError {
      throw DaemonError("cannot listen on \(name): \(error)")
    }
  }

  private func handlers() -> [any RemovableChannelHandler] {
    var handlers: [any RemovableChannelHandler] = [
      LastRequestInstaller(), ConnectionRoomHandler(room),
      RequestDeadlineHandler(limits), ResponseDeliveryHandler(limits, pendingBytes),
      LingeringCloseHandler(), ContinueHandler(),
    ]
    if checksPeer { handlers.insert(PeerCheckHandler(), at: 0) }
    return handlers
  }
}
