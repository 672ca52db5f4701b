import Hummingbird
import HummingbirdCore
import Kindred
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The daemon's life: take the directory, open the doors, replay the log behind them, serve, drain,
/// close the store.
///
/// The control socket is bound only once the directory's LOCK is held, so a stale socket can be
/// replaced safely and a second daemon never takes over a living one's.
package final class Daemon: Sendable {
  private let options: DaemonOptions
  private let logger: Logger
  let gate = StoreGate()
  private let group = Mutex<ServiceGroup?>(nil)
  private let onReady: @Sendable (_ http: TCPAddress?) -> Void

  /// - Parameter onReady: called once, when the store is open and every door listens; told the TCP
  ///   door's actual address.
  package init(
    _ options: DaemonOptions, logger: Logger,
    onReady: @escaping @Sendable (_ http: TCPAddress?) -> Void = { _ in }
  ) {
    self.options = options
    self.logger = logger
    self.onReady = onReady
  }

  /// Serves until `stop`. When this returns, every acknowledged write is on disk and the directory is
  /// free.
  /// - Throws: `DaemonError` or `StoreError` when it cannot start or go on.
  package func run() async throws {
    let descriptors = try Descriptors.raised()
    let socketPath = try ControlSocket.path(in: options.dataDirectory)
    try checkSecurity()
    umask(0o077)
    signal(SIGPIPE, SIG_IGN)

    let opening = openStore(socketPath: socketPath)
    try await opening.untilLocked()
    defer { ControlSocket.remove(socketPath) }
    do {
      try await serve(opening, socketPath: socketPath, descriptors)
    } catch {
      try? await closeStore(opening)
      throw error
    }
    try await closeStore(opening)
    logger.info("stopped")
  }

  /// Stops accepting, lets requests under way finish, and makes `run` return.
  package func stop() async {
    gate.drain()
    SystemdNotification.stopping()
    if let group = group.withLock({ $0 }) { await group.triggerGracefulShutdown() }
  }

  private func checkSecurity() throws(DaemonError) {
    guard let address = options.http, !address.isLoopback, options.security.apiKey == nil else {
      return
    }
    throw DaemonError(
      "refusing to listen on \(address) without an API key: set KINDRED_API_KEY (or `api-key` in "
        + "the configuration file), or listen on 127.0.0.1")
  }

  // MARK: Opening

  private func openStore(socketPath: String) -> StoreOpening {
    var storeOptions = options.store
    if storeOptions.holder.isEmpty {
      storeOptions.holder = "socket \(socketPath)"
    }
    return StoreOpening(options.dataDirectory, storeOptions, reportingTo: gate)
  }

  private func closeStore(_ opening: StoreOpening) async throws {
    gate.drain()
    guard case .draining(.some(let store)) = gate.current else { return opening.abandon() }
    do {
      try await store.close()
    } catch StoreError.outOfSpace(let reason) {
      logger.warning(
        "not flushed; nothing acknowledged is lost: the next start replays the log",
        metadata: ["reason": "\(reason)"])
    }
  }

  // MARK: Serving

  private func serve(
    _ opening: StoreOpening, socketPath: String, _ descriptors: Descriptors
  ) async throws {
    let connectionCount = descriptors.connectionCount(
      options.limits.connectionCount, doors: options.http == nil ? 1 : 2)
    if connectionCount < options.limits.connectionCount {
      logger.warning(
        "fewer connections than set: the system allows too few open files",
        metadata: ["connections": "\(connectionCount)", "open_files": "\(descriptors.limit)"])
    }
    let state = DaemonState(
      gate: gate, metrics: ServerMetrics(), limits: options.limits,
      rateLimiter: RateLimiter(),
      pendingBytes: PendingBytes(limit: options.limits.pendingByteCount),
      readMemory: ReadMemory(byteCount: options.limits.sharedMemoryByteCount),
      threads: RequestThreads(options.limits), checkTurn: Turn(),
      startedAt: .now, startedAtText: LogfmtHandler.timestamp())
    let responder = Responder(routes: .all, daemon: state, logger: logger)
    let ready = Readiness(waitingFor: options.http == nil ? 2 : 3) { [logger, onReady] address in
      logger.info("ready")
      SystemdNotification.ready()
      onReady(address)
    }
    var services: [any Service] = [
      OpenedStore(opening: opening, logger: logger, onOpen: { ready.note() }),
      controlDoor(responder, socketPath, ConnectionRoom(limit: connectionCount), ready),
    ]
    if let address = options.http {
      let room = ConnectionRoom(limit: connectionCount)
      services.append(tcpDoor(responder, address, room, ready))
    }
    var quiet = logger
    quiet.logLevel = max(logger.logLevel, .error)
    var configuration = ServiceGroupConfiguration(services: services, logger: quiet)
    configuration.maximumGracefulShutdownDuration = .seconds(5)
    let group = ServiceGroup(configuration: configuration)
    self.group.withLock { $0 = group }
    // A stop that came before the group existed found none to shut down.
    if case .draining = gate.current { return }
    do {
      try await group.run()
    } catch is CancellationError where isDraining {
      logger.warning("connections were still busy after 5 s and have been cut off")
    }
  }

  private var isDraining: Bool {
    if case .draining = gate.current { return true }
    return false
  }

  private func controlDoor(
    _ responder: Responder, _ path: String, _ room: ConnectionRoom, _ ready: Readiness
  ) -> Door<Responder> {
    Door(
      address: .unixDomainSocket(path: path), name: path, front: responder,
      limits: options.limits, pendingBytes: responder.daemon.pendingBytes, room: room,
      checksPeer: true
    ) { [logger] _ in
      ControlSocket.restrict(path)
      logger.info("listening", metadata: ["socket": "\(path)"])
      ready.note()
    }
  }

  private func tcpDoor(
    _ responder: Responder, _ address: TCPAddress, _ room: ConnectionRoom, _ ready: Readiness
  ) -> Door<TCPGuard> {
    Door(
      address: .hostname(address.host, port: address.port), name: address.description,
      front: TCPGuard(security: options.security, next: responder),
      limits: options.limits, pendingBytes: responder.daemon.pendingBytes, room: room,
      checksPeer: false
    ) { [logger] channel in
      let actual = TCPAddress(
        host: address.host, port: channel.localAddress?.port ?? address.port)
      logger.info("listening", metadata: ["http": "\(actual)"])
      ready.note(actual)
    }
  }
}

/// Counts the things that must have happened before the daemon is ready.
private final class Readiness: Sendable {
  private let state: Mutex<(missing: Int, http: TCPAddress?)>
  private let onReady: @Sendable (TCPAddress?) -> Void

  init(waitingFor count: Int, _ onReady: @escaping @Sendable (TCPAddress?) -> Void) {
    state = Mutex((count, nil))
    self.onReady = onReady
  }

  func note(_ http: TCPAddress? = nil) {
    let reached = state.withLock {
      $0.missing -= 1
      if let http { $0.http = http }
      return $0.missing == 0 ? (isReady: true, http: $0.http) : (isReady: false, http: nil)
    }
    if reached.isReady { onReady(reached.http) }
  }
}
