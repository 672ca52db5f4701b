import JSONCodec
import Kindred
import NIOHTTP1

/// Why a request was refused, in the words and with the code that Qdrant's clients know. A refused
/// request has changed nothing.
package struct APIError: Error, Equatable, Sendable {
  package var status: HTTPResponseStatus
  package var message: String
  package var retryAfterSeconds: Int?

  package init(_ status: HTTPResponseStatus, _ message: String, retryAfterSeconds: Int? = nil) {
    self.status = status
    self.message = Self.shortened(message)
    self.retryAfterSeconds = retryAfterSeconds
  }

  /// A refusal may quote a value as long as a body, so long messages are cut.
  private static func shortened(_ message: String) -> String {
    message.utf8.count <= 4096 ? message : String(message.prefix(2048)) + "…"
  }

  /// 400: understood, but it makes no sense for this store.
  package static func wrongInput(_ reason: String) -> APIError {
    APIError(.badRequest, "Wrong input: \(reason)")
  }

  /// 400: not allowed or not supported.
  package static func badRequest(_ reason: String) -> APIError {
    APIError(.badRequest, "Bad request: \(reason)")
  }

  /// 400: the body is not JSON, or not of the expected form.
  package static func format(_ reason: String) -> APIError {
    APIError(.badRequest, "Format error in JSON body: \(reason)")
  }

  /// 422: well formed, but a value is out of its bounds.
  /// - Parameter path: where in the body, as in `vector.sparse.indices`.
  package static func validation(
    _ path: String, _ reason: String, in part: String = "JSON body"
  ) -> APIError {
    APIError(.unprocessableContent, "Validation error in \(part): [\(path): \(reason)]")
  }

  /// 400: a parameter in the URL's query.
  package static func query(_ reason: String) -> APIError {
    APIError(.badRequest, "Deserialize error in query parameters: \(reason)")
  }

  /// 422: a number below its least value.
  package static func tooSmall(_ path: String, _ value: some CustomStringConvertible, least: Int)
    -> APIError
  {
    .validation(path, "value \(value) invalid, must be \(least) or larger")
  }

  package static func notFound(_ reason: String) -> APIError {
    APIError(.notFound, "Not found: \(reason)")
  }

  package static func unavailable(_ reason: String) -> APIError {
    APIError(.serviceUnavailable, "Service unavailable: \(reason)", retryAfterSeconds: 1)
  }

  package static func bodyTooLarge(limit: Int) -> APIError {
    APIError(
      .contentTooLarge,
      "Payload error: JSON payload is larger than the allowed \(limit) bytes; send smaller batches")
  }

  /// The same of a message, before or after it is inflated.
  package static func messageTooLarge(limit: Int) -> APIError {
    APIError(
      .contentTooLarge,
      "Payload error: the message is larger than the allowed \(limit) bytes; send smaller batches")
  }
}

extension APIError {
  /// A list of operations that ended before the last.
  static func interrupted(_ error: any Error, after count: Int, of total: Int) -> APIError {
    var refusal = APIError(error)
    refusal.message += " (the first \(count) of \(total) operations have been made)"
    return refusal
  }

  /// The one place where errors of the layers below become HTTP.
  package init(_ error: any Error) {
    switch error {
    case let error as APIError: self = error
    case let error as StoreError: self.init(store: error)
    case let error as JSONError where error.kind == .abandoned: self.init(store: .timedOut)
    case let error as JSONInputError where error.isAbandoned: self.init(store: .timedOut)
    case let error as JSONError where error.kind == .tooLarge:
      self.init(.contentTooLarge, "Payload error: \(error)")
    case let error as JSONError: self = .format(error.description)
    case let error as JSONInputError where error.isWellFormed:
      self = .validation(error.path, error.message)
    case let error as JSONInputError: self = .format(error.description)
    default:
      self.init(.internalServerError, "Service internal error: \(error)")
    }
  }

  private init(store error: StoreError) {
    switch error {
    case .collectionNotFound, .aliasNotFound, .pointNotFound, .pointVectorNotFound,
      .lookupVectorNotFound, .archiveNotFound:
      self = .notFound(error.qdrantDescription)
    case .forbidden: self.init(.forbidden, "Forbidden: \(error)")
    case .collectionExists:
      self.init(.conflict, "Wrong input: \(error.qdrantDescription)")
    case .vectorNotFound, .aliasExists, .archiveChecksumMismatch, .archiveMismatch, .invalid,
      .invalidQuery, .vectorSize, .vectorKind, .multivector, .indexNotFound, .itemModelNotFound:
      self = .wrongInput(error.qdrantDescription)
    case .outOfSpace:
      self.init(.insufficientStorage, "Service internal error: \(error)")
    case .timedOut: self.init(.requestTimeout, "Timeout: \(error)")
    case .tooLarge: self.init(.contentTooLarge, "Too large: \(error)")
    case .busy:
      self.init(.tooManyRequests, "Too much under way: \(error)", retryAfterSeconds: 1)
    case .incomplete(let cause, _):
      self.init(store: cause)
      message += String(error.description.dropFirst(cause.description.count))
    case .readOnly, .closed: self = .unavailable(error.description)
    case .storage(let storage) where storage.isOutOfSpace:
      self.init(.insufficientStorage, "Service internal error: \(error)")
    case .storage(let storage) where storage.mayPass: self = .unavailable(error.description)
    case .outcomeUnknown, .storage:
      self.init(.internalServerError, "Service internal error: \(error)")
    }
  }
}
