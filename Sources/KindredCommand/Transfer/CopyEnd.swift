import KindredServer
import NIOCore
import StorageIO

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// One end of a copy: a server, and one of its collections or all of them.
struct CopyEnd {
  var access: ServerAccess
  /// Nil for all.
  var collection: String?

  /// - Parameters:
  ///   - text: `http://host:port/collection`; `dir/collection` for a data directory (or its socket), whose
  ///     daemon is meant; or a collection of the daemon that commands find without options. Without a collection,
  ///     or with a slash at its end, all collections are meant.
  ///   - keyFile: of a URL; else `KINDRED_API_KEY` is taken.
  /// - Throws: `CommandFailure` (usage) for what is not one of these.
  init(
    _ text: String, keyFile: String? = nil, authorities: String? = nil, timeout: TimeAmount,
    environment: [String: String] = Machine.environment
  ) throws(CommandFailure) {
    if text.contains("://") {
      var url = try ServerURL(text)
      if !text.hasSuffix("/"), let slash = url.path.lastIndex(of: "/") {
        let name = url.path[slash...].dropFirst()
        guard let decoded = percentDecoded(name) else {
          throw CommandFailure(
            .usage, "'\(name)' has a '%' without two hexadecimal digits, or is not UTF-8")
        }
        collection = decoded
        url.path = String(url.path[..<slash])
      }
      access = ServerAccess(.url(url), key: try ConnectionOptions.key(keyFile, environment))
      access.authorities = authorities
    } else {
      guard keyFile == nil, authorities == nil else {
        throw CommandFailure(.usage, "'\(text)' is not a URL: a key and certificates are for those")
      }
      guard !text.isEmpty else { throw CommandFailure(.usage, "an end of a copy has no name") }
      if Self.isServer(text) {
        access = ServerAccess(.socket(path: Self.socket(of: text)))
      } else if let slash = text.lastIndex(of: "/") {
        let name = text[slash...].dropFirst()
        collection = name.isEmpty ? nil : String(name)
        access = ServerAccess(.socket(path: Self.socket(of: String(text[...slash]))))
      } else {
        collection = text
        access = ServerAccess(try ConnectionOptions.foundAddress(environment))
        if case .url = access.address { access.key = try ConnectionOptions.key(nil, environment) }
      }
    }
    access.timeout = timeout
  }

  /// Whether a path is by itself a data directory or a socket. A folder inside of such a directory may be
  /// called like a collection.
  private static func isServer(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    switch status.st_mode & S_IFMT {
    case S_IFSOCK: return true
    case S_IFDIR: return exists(ConnectionOptions.socketPath(in: path)) || exists(path + "/LOCK")
    default: return false
    }
  }

  private static func exists(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0
  }

  private static func socket(of path: String) -> String {
    var bare = path
    while bare.count > 1, bare.hasSuffix("/") { bare.removeLast() }
    var status = stat()
    let isSocket = stat(bare, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
    return isSocket ? bare : ConnectionOptions.socketPath(in: bare)
  }
}
