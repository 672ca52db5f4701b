import Hummingbird
import Kindred

/// The parameters after the `?` that every Qdrant endpoint takes, validated.
extension Call {
  /// Whether the client asked to wait for a write to be applied. Kindred always does; the answer
  /// only differs in the status it names.
  func waits() throws(APIError) -> Bool {
    let wait = try boolean("wait") ?? false
    if let ordering = query("ordering"), !["weak", "medium", "strong"].contains(ordering) {
      throw .query("unknown variant `\(ordering)`, expected one of `weak`, `medium`, `strong`")
    }
    try checkTimeout()
    return wait
  }

  /// Checks the parameters of a read; one machine gives every consistency asked for.
  func checkReadParameters() throws(APIError) {
    if let consistency = query("consistency"),
      !["majority", "quorum", "all"].contains(consistency)
    {
      guard let factor = Int(consistency), factor >= 1 else {
        throw .query(
          "consistency must be a number from 1, or one of `majority`, `quorum`, `all`, "
            + "not `\(consistency)`")
      }
    }
    try checkTimeout()
  }

  /// Runs the handler of a read, which gives up when the time that the client sets (or the default)
  /// is over, when the client has gone, or when the answer becomes too large.
  func withinLimits(
    _ handler: Route.Handler, isAbandoned: @escaping @Sendable () -> Bool
  ) async throws -> Answer {
    let seconds = query("timeout").flatMap(Int64.init) ?? Self.defaultTimeoutSeconds
    let limit = TimeLimit(
      deadline: .now + .seconds(min(max(1, seconds), 86_400)), isAbandoned: isAbandoned)
    let answerLimit = AnswerLimit(byteCount: daemon.limits.answerByteCount)
    do {
      let answer = try await TimeLimit.$current.withValue(limit) {
        try await AnswerLimit.$current.withValue(answerLimit) { try await handler(self) }
      }
      guard !answerLimit.isExceeded else {
        throw APIError.badRequest(
          "the answer would take more than \(daemon.limits.answerByteCount) bytes of memory; ask for "
            + "fewer points at a time, or for less of each")
      }
      return answer
    } catch StoreError.timedOut {
      throw APIError(
        .requestTimeout, "Timeout: the request took longer than its \(seconds) seconds")
    }
  }

  private static let defaultTimeoutSeconds: Int64 = 60

  private func checkTimeout() throws(APIError) {
    guard let text = query("timeout") else { return }
    guard let seconds = UInt64(text) else {
      throw .query("invalid digit found in string: timeout is `\(text)`")
    }
    guard seconds >= 1 else {
      throw .validation(
        "timeout", "value 0 invalid, must be 1 or larger", in: "query parameters")
    }
  }

  func boolean(_ name: String) throws(APIError) -> Bool? {
    switch query(name) {
    case nil: nil
    case "true": true
    case "false": false
    case .some(let text):
      throw .query("provided string was not `true` or `false`: \(name) is `\(text)`")
    }
  }

  /// A parameter of the URL's query, decoded; the last one when it is repeated.
  func query(_ name: String) -> String? {
    guard let query = request.uri.query else { return nil }
    var found: String?
    for pair in query.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts[0] == name else { continue }
      found = parts.count == 2 ? percentDecoded(parts[1]) ?? String(parts[1]) : ""
    }
    return found
  }
}
