import KindredServer

extension DaemonClient {
  /// The record that a load has left with the collection; nil where there is none.
  /// - Throws: where there is no such collection.
  func setRecord(of collection: String) async throws(CommandFailure) -> SetRecord? {
    SetRecord(of: try await send(.GET, SetTarget.path(collection)))
  }
}
