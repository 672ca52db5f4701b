import ArgumentParser
import DataFiles
import Kindred
import KindredServer
import Logging
import StorageIO

/// `kindred serve`: the daemon, in the foreground.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Run the daemon on a data directory.",
    discussion: """
      Listens on the control socket DIR/kindred.sock always, and on TCP with --http. Stops at \
      SIGTERM or SIGINT: requests under way finish, everything is on disk. SIGHUP has it read \
      the files of TLS again.

      Every option can also be set in a configuration file (one JSON object, keys as the option \
      names without dashes) and in the environment (KINDRED_DATA_DIR, KINDRED_HTTP, …); options \
      win over the environment, which wins over the file. API keys are read from KINDRED_API_KEY \
      and KINDRED_READ_ONLY_API_KEY, or from the file.
      """)

  @Option(help: ArgumentHelp("The data directory; made when it does not exist.", valueName: "dir"))
  var dataDir: String?

  @Option(
    help: ArgumentHelp(
      "Also listen on this TCP address, as in 127.0.0.1:6333; an address other than loopback "
        + "needs an API key and TLS.", valueName: "host:port"))
  var http: String?

  @Option(
    help: ArgumentHelp(
      "Also listen for gRPC on this TCP address, as in 127.0.0.1:6334.", valueName: "host:port"))
  var grpc: String?

  @Option(
    help: ArgumentHelp(
      "Speak TLS at the TCP addresses, with the certificate and its chain in this PEM file.",
      valueName: "file"))
  var tlsCertificate: String?

  @Option(help: ArgumentHelp("The PEM file with the certificate's private key.", valueName: "file"))
  var tlsKey: String?

  @Option(
    name: .customLong("tls-client-ca"),
    help: ArgumentHelp(
      "Let in clients only that show a certificate signed by one in this PEM file.",
      valueName: "file"))
  var tlsClientAuthorities: String?

  @Option(
    help: ArgumentHelp(
      "What an address other than loopback may lack: no-key, no-tls, or both with a comma.",
      valueName: "what"))
  var insecure: String?

  @Option(help: "trace, debug, info, notice, warning, error or critical.")
  var logLevel: String?

  @Option(help: "text (the default), or json: an object a line.")
  var logFormat: String?

  @Flag(help: "Log each request: who, what, status, time; neither keys nor bodies.")
  var logRequests = false

  @Option(
    help: ArgumentHelp(
      "Let the members of this group use the control socket, too.", valueName: "group"))
  var socketGroup: String?

  @Option(help: ArgumentHelp("A configuration file.", valueName: "file"))
  var config: String?

  @Flag(
    help: ArgumentHelp(
      "Stop, as at SIGTERM, when standard input ends.",
      discussion: """
        For a program that starts a daemon of its own: it holds the other end of the pipe, so the \
        daemon never outlives it, however it ends.
        """))
  var untilStdinCloses = false

  func run() async throws {
    do {
      let options = try DaemonOptions(settings())
      try AddressSpace.check(options.limits)
      let logger = Logger(label: "kindred") { [options] _ in
        options.logFormat.handler(level: options.logLevel)
      }
      if untilStdinCloses { try StandardInputWatch.start() }
      try await Daemon(options, logger: logger).runUntilSignalled(logger: logger)
    } catch StoreError.storage(let storage) {
      printError("kindred serve: \(storage)\(storage.advice)")
      if case .locked = storage { throw ExitCode(CommandFailure.Reason.unreachable.rawValue) }
      throw ExitCode.failure
    } catch {
      printError("kindred serve: \(error)")
      throw ExitCode.failure
    }
  }

  private func settings() throws -> Settings {
    var flags: [Setting: String] = [:]
    flags[.dataDirectory] = dataDir
    flags[.http] = http
    flags[.grpc] = grpc
    flags[.tlsCertificate] = tlsCertificate
    flags[.tlsKey] = tlsKey
    flags[.tlsClientAuthorities] = tlsClientAuthorities
    flags[.insecure] = insecure
    flags[.socketGroup] = socketGroup
    flags[.logLevel] = logLevel
    flags[.logFormat] = logFormat
    flags[.logRequests] = logRequests ? "true" : nil
    return try Settings(
      flags: flags, environment: Machine.environment,
      file: config.map { path in (path, try readFile(path)) })
  }

  private func readFile(_ path: String) throws -> [UInt8] {
    do {
      return try TextFile.contents(path)
    } catch {
      throw DaemonError("cannot read the configuration file '\(path)'")
    }
  }
}
