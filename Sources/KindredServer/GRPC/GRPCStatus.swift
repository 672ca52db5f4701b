#if Remote
  import NIOHPACK

  /// The outcome of a call, in gRPC's codes (grpc.io, "Status codes").
  struct GRPCStatus: Error {
    enum Code: Int, CaseIterable {
      case ok = 0
      case invalidArgument = 3
      case deadlineExceeded = 4
      case notFound = 5
      case alreadyExists = 6
      case permissionDenied = 7
      case resourceExhausted = 8
      case unimplemented = 12
      case `internal` = 13
      case unavailable = 14
      case unauthenticated = 16
    }

    var code: Code
    var message: String
    var retryAfterSeconds: Int?

    init(_ code: Code, _ message: String) {
      self.code = code
      self.message = message
    }

    /// The one place where REST's status codes become gRPC's.
    init(_ error: any Error) {
      if let status = error as? GRPCStatus {
        self = status
        return
      }
      let error = APIError(error)
      let code: Code =
        switch error.status.code {
        case 401: .unauthenticated
        case 403: .permissionDenied
        case 404: .notFound
        case 405: .unimplemented
        case 408: .deadlineExceeded
        case 409: .alreadyExists
        case 413, 429, 507: .resourceExhausted
        case 400..<500: .invalidArgument
        case 503: .unavailable
        default: .internal
        }
      self.init(code, error.message)
      retryAfterSeconds = error.retryAfterSeconds
    }

    static let ok = GRPCStatus(.ok, "")

    /// The fields at the end of an answer.
    var trailers: HPACKHeaders {
      var trailers: HPACKHeaders = ["grpc-status": String(code.rawValue)]
      if !message.isEmpty { trailers.add(name: "grpc-message", value: percentEncoded(message)) }
      if let seconds = retryAfterSeconds {
        trailers.add(name: "retry-after", value: String(seconds))
      }
      return trailers
    }
  }

  /// A message as a field may hold it: printable ASCII but `%`, the rest as `%E2` (gRPC over HTTP/2,
  /// "Responses"). Longer ones than clients take are cut.
  private func percentEncoded(_ message: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in message.utf8.prefix(4096) {
      if (0x20...0x7E).contains(byte), byte != UInt8(ascii: "%") {
        bytes.append(byte)
      } else {
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Reads `grpc-timeout`: up to eight digits and a unit, as in `100m`.
  /// - Returns: nil for anything else.
  func grpcTimeout(_ text: String) -> Duration? {
    guard let unit = text.last, text.utf8.count <= 9, let count = Int64(text.dropLast()), count >= 0
    else { return nil }
    switch unit {
    case "H": return .seconds(count * 3600)
    case "M": return .seconds(count * 60)
    case "S": return .seconds(count)
    case "m": return .milliseconds(count)
    case "u": return .microseconds(count)
    case "n": return .nanoseconds(count)
    default: return nil
    }
  }
#endif
