import JSONCodec
import Kindred
import Logging

/// The settings in force: defaults < file < environment < flags. Unknown keys are errors, so that a
/// misspelt one is not silently without effect; only what `ServiceVariable` knows is passed over.
package struct Settings {
  /// Variables that the clients read and a daemon's environment may hold as well.
  private static let clientVariables: Set<String> = ["KINDRED_SOCKET", "KINDRED_URL"]

  /// Flags, environment and file: the first that has a setting decides.
  private let sources: [Values]

  /// - Parameters:
  ///   - flags: what the command line said.
  ///   - file: the text of the configuration file, one JSON object.
  package init(
    flags: [Setting: String], environment: [String: String], file: (path: String, bytes: [UInt8])?
  ) throws(DaemonError) {
    let fromEnvironment = try Self.read(environment)
    let fromFile = if let file { try Self.read(file: file.path, file.bytes) } else { [:] as Values }
    sources = [flags, fromEnvironment, fromFile]
  }

  private typealias Values = [Setting: String]

  private static func read(_ environment: [String: String]) throws(DaemonError) -> Values {
    var values: Values = [:]
    for (name, text) in environment
    where name.hasPrefix("KINDRED_") && !clientVariables.contains(name) {
      guard let setting = Setting.allCases.first(where: { $0.environmentName == name }) else {
        if ServiceVariable.matches(name, text) { continue }
        throw DaemonError("unknown environment variable \(name)\(nearest(name, \.environmentName))")
      }
      values[setting] = text
    }
    return values
  }

  private static func read(file path: String, _ bytes: [UInt8]) throws(DaemonError) -> Values {
    let members: [JSONObject.Member]
    do {
      guard case .object(let object) = try JSONValue.parse(bytes) else {
        throw DaemonError("'\(path)' must hold one JSON object")
      }
      members = object.members
    } catch let error as JSONError {
      throw DaemonError("'\(path)' is not JSON: \(error)")
    } catch {
      throw DaemonError("\(error)")
    }
    var values: Values = [:]
    for member in members {
      guard let setting = Setting(rawValue: member.name) else {
        throw DaemonError(
          "unknown key `\(member.name)` in '\(path)'\(nearest(member.name, \.rawValue))")
      }
      guard let text = text(member.value) else {
        throw DaemonError(
          "`\(member.name)` in '\(path)' must be a text, a number, true, false or a list of texts")
      }
      values[setting] = text
    }
    return values
  }

  private static func text(_ value: JSONValue) -> String? {
    switch value {
    case .string(let text): text
    case .integer(let number): String(number)
    case .bool(let isTrue): String(isTrue)
    case .array(let elements):
      elements.reduce(into: String?.some("")) { joined, element in
        guard case .string(let text) = element, let start = joined else { return joined = nil }
        joined = start.isEmpty ? text : start + "," + text
      }
    default: nil
    }
  }

  private static func nearest(_ unknown: String, _ name: KeyPath<Setting, String>) -> String {
    "; known are " + Setting.allCases.map { $0[keyPath: name] }.joined(separator: ", ")
  }

  // MARK: Values

  package subscript(setting: Setting) -> String? {
    guard let text = sources.lazy.compactMap({ $0[setting] }).first, !text.isEmpty else {
      return nil
    }
    return text
  }

  /// - Parameter most: bytes and counts beyond it make no sense, and could not be computed with.
  private func number(
    _ setting: Setting, from least: Int, to most: Int = 1 << 50
  ) throws(DaemonError) -> Int? {
    guard let text = self[setting] else { return nil }
    guard let number = Int(text), number >= least, number <= most else {
      throw DaemonError(
        "`\(setting.rawValue)` is '\(text)', expected a number from \(least) to \(most)")
    }
    return number
  }

  /// Thirty years.
  private static let maxSeconds = 1_000_000_000

  private func list(_ setting: Setting) -> [String] {
    (self[setting] ?? "").split(separator: ",").map(\.trimmingSpaces)
  }
}

extension DaemonOptions {
  package init(_ settings: Settings) throws(DaemonError) {
    guard let dataDirectory = settings[.dataDirectory] else {
      throw DaemonError("no data directory: give --data-dir DIR or set KINDRED_DATA_DIR")
    }
    self.init(dataDirectory: dataDirectory)
    try settings.apply(to: &self)
  }
}

extension Settings {
  fileprivate func apply(to options: inout DaemonOptions) throws(DaemonError) {
    if let text = self[.http] {
      guard let address = TCPAddress(text) else {
        throw DaemonError("`http` is '\(text)', expected HOST:PORT, as in 127.0.0.1:6333")
      }
      options.http = address
    }
    if let text = self[.grpc] {
      guard let address = TCPAddress(text) else {
        throw DaemonError("`grpc` is '\(text)', expected HOST:PORT, as in 127.0.0.1:6334")
      }
      options.grpc = address
    }
    options.tls = try tls()
    if let text = self[.logLevel] {
      guard let level = Logger.Level(rawValue: text) else {
        let known = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
        throw DaemonError("`log-level` is '\(text)', expected one of \(known)")
      }
      options.logLevel = level
    }
    if let text = self[.logFormat] {
      guard let format = LogLineFormat(rawValue: text) else {
        let known = LogLineFormat.allCases.map(\.rawValue).joined(separator: " or ")
        throw DaemonError("`log-format` is '\(text)', expected \(known)")
      }
      options.logFormat = format
    }
    if let text = self[.logRequests] {
      guard let isWanted = Bool(text) else {
        throw DaemonError("`log-requests` is '\(text)', expected true or false")
      }
      options.logsRequests = isWanted
    }
    options.security = SecurityOptions(
      socketGroup: try socketGroup(), apiKey: self[.apiKey], readOnlyAPIKey: self[.readOnlyAPIKey],
      allowedHosts: list(.allowedHosts), allowedOrigins: list(.allowedOrigins),
      insecure: try insecure())
    if let count = try number(.bodyByteCount, from: 1) { options.limits.bodyByteCount = count }
    if let count = try number(.requestMemoryByteCount, from: 1) {
      options.limits.requestMemoryByteCount = count
    }
    if let count = try number(.sharedMemoryByteCount, from: 1) {
      options.limits.sharedMemoryByteCount = count
    }
    if let count = try number(.pendingByteCount, from: 1) {
      options.limits.pendingByteCount = count
    }
    if let count = try number(.connectionCount, from: 1) { options.limits.connectionCount = count }
    if let count = try number(.readThreadCount, from: 1, to: 1024) {
      options.limits.readThreadCount = count
    }
    if let count = try number(.waitingReadCount, from: 0) {
      options.limits.waitingReadCount = count
    }
    if let count = try number(.headerSeconds, from: 1, to: Self.maxSeconds) {
      options.limits.headerSeconds = Int64(count)
    }
    if let count = try number(.idleSeconds, from: 1, to: Self.maxSeconds) {
      options.limits.idleSeconds = Int64(count)
    }
    if let count = try number(.memtableByteCount, from: 1 << 16) {
      options.store.memtableByteCount = count
    }
    if let count = try number(.logByteCount, from: 1 << 16) { options.store.logByteCount = count }
    if let count = try number(.postingsCacheByteCount, from: 0) {
      options.store.postingsCacheByteCount = count
    }
    if let count = try number(.compactionSeconds, from: 1, to: Self.maxSeconds) {
      options.store.compactionInterval = .seconds(count)
    }
  }

  private func tls() throws(DaemonError) -> TLSOptions? {
    let (certificate, key) = (self[.tlsCertificate], self[.tlsKey])
    if let certificate, let key {
      return TLSOptions(
        certificatePath: certificate, keyPath: key, clientAuthorityPath: self[.tlsClientAuthorities]
      )
    }
    guard
      let one = [.tlsCertificate, .tlsKey, .tlsClientAuthorities].first(where: { self[$0] != nil })
    else { return nil }
    let missing = certificate == nil ? Setting.tlsCertificate : .tlsKey
    throw DaemonError(
      "`\(one.rawValue)` is set without `\(missing.rawValue)`: TLS needs a certificate and its key")
  }

  private func insecure() throws(DaemonError) -> Set<Exposure> {
    var exposures: Set<Exposure> = []
    for text in list(.insecure) {
      guard let exposure = Exposure(rawValue: text) else {
        let known = Exposure.allCases.map(\.rawValue).joined(separator: ", ")
        throw DaemonError("`insecure` is '\(text)', expected one or more of \(known)")
      }
      exposures.insert(exposure)
    }
    return exposures
  }

  private func socketGroup() throws(DaemonError) -> SystemGroup? {
    guard let text = self[.socketGroup] else { return nil }
    guard let group = SystemGroup(text) else {
      throw DaemonError("`socket-group` is '\(text)', and the system has no group of that name")
    }
    return group
  }
}
