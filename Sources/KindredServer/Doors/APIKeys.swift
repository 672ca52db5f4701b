import NIOHTTP1

/// The rights of a request, by the key that it carries.
enum Access: Equatable {
  case none, readOnly, full
}

extension SecurityOptions {
  /// The access that a request's `api-key` or `Authorization: Bearer` header grants.
  func access(_ headers: HTTPHeaders) -> Access {
    access(
      apiKey: headers.first(name: "api-key"), authorization: headers.first(name: "authorization"))
  }

  /// The access that the values of these two headers grant.
  func access(apiKey given: String?, authorization: String?) -> Access {
    guard asksForKey else { return .full }
    guard let given = given ?? authorization.flatMap(bearer) else { return .none }
    // Both comparisons always run, so that time tells nothing about which key was nearer.
    let isFull = apiKey.map { constantTimeEqual($0, given) } ?? false
    let isReadOnly = readOnlyAPIKey.map { constantTimeEqual($0, given) } ?? false
    if isFull { return .full }
    return isReadOnly ? .readOnly : .none
  }

  private func bearer(_ value: String) -> String? {
    value.lowercased().hasPrefix("bearer ") ? String(value.dropFirst(7)) : nil
  }
}

/// Compares every byte, whatever the first difference. The time depends on the length of `given`,
/// which the caller knows, and not on the secret.
func constantTimeEqual(_ secret: String, _ given: String) -> Bool {
  let secretBytes = Array(secret.utf8)
  guard !secretBytes.isEmpty else { return false }
  var difference: UInt8 = secretBytes.count == given.utf8.count ? 0 : 1
  for (index, byte) in given.utf8.enumerated() {
    difference |= byte ^ secretBytes[index % secretBytes.count]
  }
  return difference == 0
}
