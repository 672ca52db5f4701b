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

  /// How long a request may take: what the client says; else a read a minute, and a write as long as it
  /// takes.
  static func timeoutSeconds(of request: Request, _ access: Route.Access) -> Int64? {
    // `checkTimeout` refuses what is not a number.
    guard let seconds = query("timeout", in: request).flatMap(UInt64.init) else {
      return access == .read ? 60 : nil
    }
    return Int64(min(max(1, seconds), 86_400))
  }

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
  func query(_ name: String) -> String? { Self.query(name, in: request) }

  private static func query(_ name: String, in request: Request) -> String? {
    request.target.parameters.last { $0.name == name }?.value
  }
}
