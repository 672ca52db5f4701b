import StorageIO
import Kindred
import Logging

/// The options that a daemon is started with.
package struct DaemonOptions: Sendable {
  package var dataDirectory: String
  /// The TCP door; closed when nil.
  package var http: TCPAddress?
  /// The door for gRPC; closed when nil.
  package var grpc: TCPAddress?
  /// Nil where the TCP door speaks plain HTTP.
  package var tls: TLSOptions?
  package var logLevel: Logger.Level
  package var logFormat = LogLineFormat.text
  /// Whether each request is an event of level `info`, and not `debug`.
  package var logsRequests = false
  package var security: SecurityOptions
  package var limits: RequestLimits
  package var store: StoreOptions

  package init(
    dataDirectory: String, http: TCPAddress? = nil, grpc: TCPAddress? = nil,
    tls: TLSOptions? = nil, logLevel: Logger.Level = .info,
    security: SecurityOptions = SecurityOptions(), limits: RequestLimits = RequestLimits(),
    store: StoreOptions = StoreOptions()
  ) {
    self.dataDirectory = dataDirectory
    self.http = http
    self.grpc = grpc
    self.tls = tls
    self.logLevel = logLevel
    self.security = security
    self.limits = limits
    self.store = store
  }
}

/// Bounds on what one client may take.
package struct RequestLimits: Sendable {
  package var bodyByteCount = 32 << 20
  /// Memory of one request: what it works with, and the points of its answer.
  package var requestMemoryByteCount = 256 << 20
  /// The same of all requests together, beyond the first MiB of each.
  package var sharedMemoryByteCount = 1 << 30
  /// The memory of a decoded body, in bytes; see `decodedByteCount(ofBody:)`.
  package var decodedByteCount = 96 << 20
  /// The bytes of large bodies and answers under way on all connections together.
  package var pendingByteCount = 256 << 20
  /// Seconds from a connection to its first complete header.
  package var headerSeconds: Int64 = 5
  package var idleSeconds: Int64 = 60
  /// Bytes a second of a body, on average over `idleSeconds`.
  package var leastBodyByteRate = 1 << 10
  package var connectionCount = 1024
  /// Threads that reads run on.
  package var readThreadCount = max(2, Machine.processorCount)
  /// Reads that may wait for one of them; further ones are refused.
  package var waitingReadCount = 256

  /// Fields of a head, their bytes together, and those of the longest one.
  static let maxHeaderFieldCount = 100
  static let maxHeaderByteCount = 64 << 10
  static let maxHeaderFieldByteCount = 16 << 10

  package init() {}

  /// Bytes that a body may take once it is decoded. (`[[],[],…` takes 25 times its length.)
  func decodedByteCount(ofBody byteCount: Int) -> Int {
    max(decodedByteCount, byteCount.multipliedReportingOverflow(by: 4).partialValue)
  }
}

/// A host (name or numeric address) and a port; port 0 lets the system choose.
package struct TCPAddress: Equatable, Sendable, CustomStringConvertible {
  package var host: String
  package var port: Int

  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Reads `HOST:PORT`, `[IPv6]:PORT`, `:PORT` and `PORT`; the host is 127.0.0.1 unless given.
  package init?(_ text: String) {
    let colon = text.lastIndex(of: ":")
    let portText = colon.map { text[text.index(after: $0)...] } ?? text[...]
    guard let port = Int(portText), (0...65535).contains(port) else { return nil }
    var host = colon.map { String(text[..<$0]) } ?? ""
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    guard !host.contains("/") else { return nil }
    self.init(host: host.isEmpty ? "127.0.0.1" : host, port: port)
  }

  package var isLoopback: Bool { Self.isLoopback(host) }

  /// Not `127.example.org`, which is a name like any other.
  static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host == "::1"
      || host.hasPrefix("127.") && host.utf8.allSatisfy { $0.isDigit || $0 == UInt8(ascii: ".") }
  }

  package var description: String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}

/// The group, the keys and the origins that are let in.
package struct SecurityOptions: Sendable {
  /// The group that may use the control socket, beside the daemon's user and root. Keys are asked for at
  /// the TCP door only.
  package var socketGroup: SystemGroup?
  /// Grants everything. Without it (and without a read-only key) no key is asked for.
  package var apiKey: String?
  /// Grants reading.
  package var readOnlyAPIKey: String?
  /// Values of the Host header accepted beside loopback names.
  package var allowedHosts: [String]
  /// Web origins that browsers may call from; `*` for all.
  package var allowedOrigins: [String]
  /// The protections that TCP addresses which other machines reach may lack.
  package var insecure: Set<Exposure>

  package init(
    socketGroup: SystemGroup? = nil, apiKey: String? = nil, readOnlyAPIKey: String? = nil,
    allowedHosts: [String] = [], allowedOrigins: [String] = [], insecure: Set<Exposure> = []
  ) {
    self.socketGroup = socketGroup
    self.apiKey = apiKey
    self.readOnlyAPIKey = readOnlyAPIKey
    self.allowedHosts = allowedHosts
    self.allowedOrigins = allowedOrigins
    self.insecure = insecure
  }

  package var asksForKey: Bool { apiKey != nil || readOnlyAPIKey != nil }
}
