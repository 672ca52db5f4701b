import JSONCodec

extension DaemonClient {
  /// How many points pass, counted one by one.
  package func count(
    _ collection: String, _ filter: JSONValue?
  ) async throws(CommandFailure) -> Int {
    var request: JSONObject = ["exact": true]
    request["filter"] = filter
    let result = try await send(.POST, SetTarget.path(collection) + "/points/count", request)
    guard case .object(let object) = result, case .integer(let count) = object["count"] else {
      throw CommandFailure("the daemon's answer to a count of '\(collection)' has no count")
    }
    return Int(count)
  }
}
