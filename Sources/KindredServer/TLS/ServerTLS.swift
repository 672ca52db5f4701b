import Logging
import NIOCore

#if Remote
  import NIOPosix
  import NIOSSL
  import StorageIO
  import Synchronization

  #if canImport(Glibc)
    import Glibc
  #else
    import Darwin
  #endif

  /// TLS for a door: what its handshakes use, which follows the files as they change. Connections that
  /// are open go on with what they began with.
  final class ServerTLS: Sendable {
    private struct State {
      var identity: TLSIdentity
      /// The files' versions when the identity was read.
      var files: [FileVersion?]
      /// The files' versions at the last look.
      var seen: [FileVersion?]
      var obstacle: String?
      /// When the log was told last that the certificate ends, in seconds since 1970.
      var warnedAt = 0
    }

    let condition = TLSCondition()
    private let options: TLSOptions
    private let logger: Logger
    private let state: Mutex<State>
    /// Held by who reads the files, so that what is in force is what was read last.
    private let turn = Mutex(())

    /// How often the files are looked at.
    private static let interval = Duration.seconds(1)
    private static let secondsOfDay = 24 * 60 * 60
    /// The log says so from then on, once a day.
    private static let warningSeconds = 14 * secondsOfDay

    /// - Throws: what is wrong with the files.
    init(_ options: TLSOptions, logger: Logger) throws(DaemonError) {
      self.options = options
      self.logger = logger
      let files = options.paths.map(FileVersion.init)
      let identity = try TLSIdentity(options)
      state = Mutex(State(identity: identity, files: files, seen: files))
      condition.note(.init(notAfter: identity.notAfter))
      report(identity)
      warnOfEnd()
    }

    /// Puts TLS between a new connection and what follows.
    func prepare(
      _ pipeline: ChannelPipeline.SynchronousOperations, for language: Door.Language
    ) throws {
      let context = state.withLock { $0.identity.context(for: language) }
      let handler = NIOSSLServerHandler(context: context)
      try pipeline.addHandler(PlainRequestHandler())
      try pipeline.addHandler(handler)
      try pipeline.addHandler(
        TLSEndHandler(try pipeline.context(handler: handler), condition, logger))
    }

    // MARK: Changes

    /// Reads the files again whenever they have changed, until the task is cancelled.
    func followFiles() async {
      while (try? await Task.sleep(for: Self.interval)) != nil {
        try? await NIOThreadPool.singleton.runIfActive { [self] in look() }
      }
    }

    /// Files that are being written are left alone until the next look.
    private func look() {
      let files = options.paths.map(FileVersion.init)
      let (isCurrent, isSettled) = state.withLock { state in
        defer { state.seen = files }
        return (state.files == files, state.seen == files)
      }
      if isCurrent {
        note(obstacle: nil)
      } else if isSettled {
        readAgain()
      }
      warnOfEnd()
    }

    /// Takes up what the files say now.
    func readAgain() { turn.withLock { _ in reload() } }

    private func reload() {
      let files = options.paths.map(FileVersion.init)
      do throws(DaemonError) {
        let identity = try TLSIdentity(options)
        guard identity.notAfter > Self.now else {
          throw DaemonError(
            "`tls-certificate`: '\(options.certificatePath)' has expired at "
              + Machine.timestamp(at: identity.notAfter) + "Z")
        }
        state.withLock { state in
          state.identity = identity
          state.files = files
          state.warnedAt = 0
        }
        note(obstacle: nil)
        report(identity)
      } catch {
        note(obstacle: error.description)
      }
    }

    /// Says each reason once.
    private func note(obstacle: String?) {
      let (notAfter, isNew) = state.withLock { state in
        defer { state.obstacle = obstacle }
        return (state.identity.notAfter, state.obstacle != obstacle)
      }
      condition.note(.init(notAfter: notAfter, obstacle: obstacle))
      if isNew, let obstacle {
        logger.error(
          "TLS goes on with the files as they were: they have changed and cannot be used",
          metadata: ["reason": "\(obstacle)"])
      }
    }

    // MARK: Words for the log

    private func report(_ identity: TLSIdentity) {
      logger.info(
        "TLS certificate read",
        metadata: [
          "certificate": "\(options.certificatePath)",
          "not_after": "\(Machine.timestamp(at: identity.notAfter))Z",
        ])
      if identity.isKeyReadByOthers {
        logger.warning(
          "every user of this machine can read the TLS key: chmod o-r",
          metadata: ["key": "\(options.keyPath)"])
      }
      if identity.notBefore > Self.now {
        logger.warning(
          "the TLS certificate does not hold yet",
          metadata: ["not_before": "\(Machine.timestamp(at: identity.notBefore))Z"])
      }
    }

    private func warnOfEnd() {
      let now = Self.now
      let end = state.withLock { state -> Int? in
        let end = state.identity.notAfter
        guard end < now + Self.warningSeconds, now >= state.warnedAt + Self.secondsOfDay else {
          return nil
        }
        state.warnedAt = now
        return end
      }
      guard let end else { return }
      let metadata: Logger.Metadata = [
        "not_after": "\(Machine.timestamp(at: end))Z",
        "certificate": "\(options.certificatePath)",
      ]
      if end <= now {
        logger.error("the TLS certificate has expired: clients refuse it", metadata: metadata)
      } else {
        logger.warning("the TLS certificate expires soon", metadata: metadata)
      }
    }

    private static var now: Int { time(nil) }
  }

  /// Tells whether a file is still the one that was read, without reading it.
  private struct FileVersion: Equatable {
    private let device: UInt64
    private let node: UInt64
    private let byteCount: Int64
    private let changed: [Int]

    /// - Returns: nil when there is none.
    init?(_ path: String) {
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      device = UInt64(truncatingIfNeeded: status.st_dev)
      node = UInt64(truncatingIfNeeded: status.st_ino)
      byteCount = Int64(truncatingIfNeeded: status.st_size)
      #if canImport(Glibc)
        let times = [status.st_mtim, status.st_ctim]
      #else
        let times = [status.st_mtimespec, status.st_ctimespec]
      #endif
      changed = times.flatMap { [$0.tv_sec, $0.tv_nsec] }
    }
  }
#else
  /// TLS in a build without the trait `Remote`: there is none.
  final class ServerTLS: Sendable {
    let condition = TLSCondition()

    /// - Throws: always.
    init(_ options: TLSOptions, logger: Logger) throws(DaemonError) {
      throw DaemonError(
        "`tls-certificate` is '\(options.certificatePath)', and this kindred was built without TLS: "
          + "build it with `swift build -c release --traits Remote`, or install a package")
    }

    func prepare(
      _ pipeline: ChannelPipeline.SynchronousOperations, for language: Door.Language
    ) throws {}

    func followFiles() async {}

    func readAgain() {}
  }
#endif
