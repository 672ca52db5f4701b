/// A setting of the daemon, by its name in the configuration file. The environment variable is the
/// name in capitals with underscores after `KINDRED_`: `data-dir` is `KINDRED_DATA_DIR`.
package enum Setting: String, CaseIterable, Sendable {
  case dataDirectory = "data-dir"
  /// `HOST:PORT` of the TCP door; empty for none.
  case http
  /// The same of gRPC's door.
  case grpc
  /// The group that may use the control socket, beside the daemon's user and root; empty for none.
  case socketGroup = "socket-group"
  /// PEM files of the TCP door's certificate and its chain, of its private key, and of those who sign
  /// clients' certificates.
  case tlsCertificate = "tls-certificate"
  case tlsKey = "tls-key"
  case tlsClientAuthorities = "tls-client-ca"
  /// What TCP addresses that other machines reach may lack (`Exposure`): comma-separated, or a list in the
  /// file.
  case insecure
  case logLevel = "log-level"
  case logFormat = "log-format"
  /// Whether each request is an event of level `info`.
  case logRequests = "log-requests"
  case apiKey = "api-key"
  case readOnlyAPIKey = "read-only-api-key"
  /// Comma-separated, or a list in the file.
  case allowedHosts = "allowed-hosts"
  case allowedOrigins = "allowed-origins"
  case bodyByteCount = "max-body-bytes"
  /// Memory of one request: what it works with, and the points of its answer.
  case requestMemoryByteCount = "max-request-memory-bytes"
  /// The same of all requests together.
  case sharedMemoryByteCount = "max-shared-memory-bytes"
  case pendingByteCount = "max-pending-bytes"
  case connectionCount = "max-connections"
  /// Threads that reads run on.
  case readThreadCount = "read-threads"
  /// Reads that may wait for one.
  case waitingReadCount = "max-waiting-reads"
  case headerSeconds = "header-timeout-seconds"
  case idleSeconds = "idle-timeout-seconds"
  case memtableByteCount = "memtable-bytes"
  case logByteCount = "log-bytes"
  /// Memory for posting lists of segments that are searched often.
  case postingsCacheByteCount = "postings-cache-bytes"
  case compactionSeconds = "compaction-interval-seconds"

  package var environmentName: String {
    "KINDRED_" + rawValue.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
  }
}
