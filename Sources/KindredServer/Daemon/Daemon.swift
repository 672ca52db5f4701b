import Kindred
import Logging
import NIOCore
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
  private let events: AsyncStream<Event>
  private let noteEvent: AsyncStream<Event>.Continuation
  private let itemModelRefresh = Mutex<ItemModelRefresh?>(nil)
  private let tls = Mutex<ServerTLS?>(nil)
  private let onReady: @Sendable (_ http: TCPAddress?) -> Void

  private enum Event: Sendable {
    /// The store is open, or cannot be opened.
    case opened(Result<Store, any Error>)
    case stop
  }

  /// How long requests under way may take when the daemon stops.
  private static let patience = TimeAmount.seconds(5)

  /// - Parameter onReady: called once, when the store is open and every door listens; told the TCP
  ///   door's actual address.
  package init(
    _ options: DaemonOptions, logger: Logger,
    onReady: @escaping @Sendable (_ http: TCPAddress?) -> Void = { _ in }
  ) {
    self.options = options
    self.logger = logger
    self.onReady = onReady
    (events, noteEvent) = AsyncStream.makeStream()
  }

  /// Serves until `stop`. When this returns, every acknowledged write is on disk and the directory is
  /// free.
  /// - Throws: `DaemonError` or `StoreError` when it cannot start or go on.
  package func run() async throws {
    let descriptors = try Descriptors.raised()
    let socketPath = try ControlSocket.path(in: options.dataDirectory)
    try checkSecurity()
    let tls = try options.tls.map { (files) throws(DaemonError) in
      try ServerTLS(files, logger: logger)
    }
    self.tls.withLock { $0 = tls }
    umask(0o077)
    signal(SIGPIPE, SIG_IGN)

    let opening = openStore(socketPath: socketPath)
    try await opening.untilLocked()
    defer { ControlSocket.remove(socketPath) }
    do {
      try await serve(opening, tls, socketPath: socketPath, descriptors)
    } catch {
      try? await closeStore(opening)
      throw error
    }
    try await closeStore(opening)
    logger.info("stopped")
  }

  /// Stops accepting, lets requests under way finish, and makes `run` return.
  package func stop() {
    gate.drain()
    SystemdNotification.stopping()
    noteEvent.yield(.stop)
  }

  /// Reads the files of TLS again, whether they have changed or not.
  package func reload() {
    guard let tls = tls.withLock({ $0 }) else {
      return logger.info("there is nothing to read again: no TLS is set")
    }
    tls.readAgain()
  }

  private func checkSecurity() throws(DaemonError) {
    #if !Remote
      if let address = options.grpc {
        throw DaemonError(
          "`grpc` is '\(address)', and this kindred was built without gRPC: build it with "
            + "`swift build -c release --traits Remote --product kindred`, or install a package")
      }
    #endif
    for case let address? in [options.http, options.grpc] {
      try options.checkExposures(of: address)
      for exposure in options.exposures(of: address) {
        logger.warning(
          "other machines reach this address without \(exposure.lack), as `insecure` says",
          metadata: ["address": "\(address)"])
      }
    }
  }

  // MARK: Opening

  private func openStore(socketPath: String) -> StoreOpening {
    var storeOptions = options.store
    if storeOptions.holder.isEmpty {
      storeOptions.holder = "socket \(socketPath)"
    }
    storeOptions.segmentSetAside = { [logger] in Self.log(setAside: $0, logger) }
    storeOptions.becameReadOnly = { [logger] in
      logger.error("writes are refused until a restart", metadata: ["reason": "\($0)"])
    }
    return StoreOpening(options.dataDirectory, storeOptions) { [gate] in gate.report(progress: $0) }
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
    _ opening: StoreOpening, _ tls: ServerTLS?, socketPath: String, _ descriptors: Descriptors
  ) async throws {
    let connectionCount = descriptors.connectionCount(
      options.limits.connectionCount,
      doors: 1 + [options.http, options.grpc].count { $0 != nil })
    if connectionCount < options.limits.connectionCount {
      logger.warning(
        "fewer connections than set: the system allows too few open files",
        metadata: [
          "connections": .stringConvertible(connectionCount),
          "open_files": .stringConvertible(descriptors.limit),
        ])
    }
    let routes = RouteTable.all
    let responder = Responder(
      routes: routes, daemon: try DaemonState(gate, routes, options.limits, tls?.condition),
      logger: logger, requestLevel: options.logsRequests ? .info : .debug)

    ControlSocket.remove(socketPath)
    let control = Door(
      .socket(path: socketPath, group: options.security.socketGroup), responder,
      connectionCount: connectionCount)
    let following = Task { await tls?.followFiles() }
    defer { following.cancel() }
    var open = [(door: control, socket: try await control.open())]
    logger.info("listening", metadata: ["socket": "\(socketPath)"])
    do {
      for (address, language) in [(options.http, Door.Language.http), (options.grpc, .grpc)] {
        guard let address else { continue }
        let door = Door(
          .tcp(address), speaking: language, responder,
          TCPGuard(security: options.security, isEncrypted: tls != nil), tls,
          connectionCount: connectionCount)
        let socket = try await door.open()
        open.append((door, socket))
        let actual = TCPAddress(
          host: address.host, port: socket.localAddress?.port ?? address.port)
        responder.daemon.doors.note(actual, language)
        logger.info(
          "listening",
          metadata: [
            "\(language)\(tls == nil ? "" : language == .http ? "s" : "_tls")": "\(actual)"
          ])
      }
      let http = responder.daemon.doors.http
      defer { itemModelRefresh.withLock { $0 }?.stop() }
      opening.whenDone { [noteEvent] in noteEvent.yield(.opened($0)) }
      try await untilStopped(http)
    } catch {
      await close(open)
      throw error
    }
    await close(open)
  }

  private func untilStopped(_ http: TCPAddress?) async throws {
    for await event in events {
      switch event {
      case .stop: return
      case .opened(let result):
        let store = try result.get()
        gate.finish(store)
        report(store.recovery, collectionCount: store.collectionNames.count)
        logger.info("ready")
        SystemdNotification.ready()
        let refresh = ItemModelRefresh(store, logger)
        itemModelRefresh.withLock { $0 = refresh }
        refresh.start()
        onReady(http)
      }
    }
  }

  private func report(_ recovery: RecoveryReport, collectionCount: Int) {
    logger.info(
      "store open",
      metadata: [
        "collections": .stringConvertible(collectionCount),
        "replayed_batches": .stringConvertible(recovery.replayedBatchCount),
        "seconds": .stringConvertible(recovery.seconds),
      ])
    if recovery.tornByteCount > 0 {
      logger.warning(
        "cut off an unfinished, never acknowledged write at the end of the log",
        metadata: ["bytes": .stringConvertible(recovery.tornByteCount)])
    }
    for reason in recovery.quarantined { Self.log(setAside: reason, logger) }
  }

  private static func log(setAside reason: String, _ logger: Logger) {
    logger.error("set a damaged segment aside", metadata: ["reason": "\(reason)"])
  }

  private func close(_ open: [(door: Door, socket: any Channel)]) async {
    let deadline = NIODeadline.now() + Self.patience
    let haveEnded = await withTaskGroup(of: Bool.self) { group in
      for (door, socket) in open {
        group.addTask { await door.close(socket, by: deadline) }
      }
      return await group.reduce(true) { $0 && $1 }
    }
    if !haveEnded {
      logger.warning("connections were still busy after 5 s and have been cut off")
    }
  }
}
