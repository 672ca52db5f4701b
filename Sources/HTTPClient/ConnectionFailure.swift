internal import NIOCore
import NIOPosix

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Why no TCP connection came to be, in words; nothing has been sent.
package struct ConnectionFailure: Error, CustomStringConvertible {
  package let description: String

  init(_ error: NIOConnectionError) {
    // When a host has several addresses, the last error says as much as any.
    switch error.connectionErrors.last?.error {
    case let error as IOError: description = String(cString: strerror(error.errnoCode))
    case ChannelError.connectTimeout(let time)?:
      description = "no connection within \(time.nanoseconds / 1_000_000_000) s"
    case let error?: description = "\(error)"
    case nil: description = "there is no host '\(error.host)'"
    }
  }
}
