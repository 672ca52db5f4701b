import NIOHTTP1

/// Who a request comes from, by the key it carries.
enum Access: Equatable {
  case none, readOnly, full
}

extension SecurityOptions {
  /// The access that a request's `api-key` or `Authorization: Bearer` header grants.
  func access(_ headers: HTTPHeaders) -> Access {
    guard asksForKey else { return .full }
    guard let given = headers.first(name: "api-key") ?? bearer(headers) else { return .none }
    // Both comparisons always run, so that time tells nothing about which key was nearer.
    let isFull = apiKey.map { constantTimeEqual($0, given) } ?? false
    let isReadOnly = readOnlyAPIKey.map { constantTimeEqual($0, given) } ?? false
    if isFull { return .full }
    return isReadOnly ? .readOnly : .none
  }

  private func bearer(_ headers: HTTPHeaders) -> String? {
    guard let value = headers.first(name: "authorization"), value.lowercased().hasPrefix("bearer ")
    else {
      return nil
    }
    return String(value.dropFirst(7))
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
