import NIOHTTP1

/// The method of a request.
package enum Method: String, CaseIterable, Comparable, Sendable {
  case get = "GET"
  case post = "POST"
  case put = "PUT"
  case patch = "PATCH"
  case delete = "DELETE"

  /// - Returns: nil for one that no endpoint answers. A HEAD is a GET whose body is left out.
  init?(_ method: HTTPMethod) {
    switch method {
    case .GET, .HEAD: self = .get
    case .POST: self = .post
    case .PUT: self = .put
    case .PATCH: self = .patch
    case .DELETE: self = .delete
    default: return nil
    }
  }

  package static func < (left: Method, right: Method) -> Bool { left.rawValue < right.rawValue }
}
