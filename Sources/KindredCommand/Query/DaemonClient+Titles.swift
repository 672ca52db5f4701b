import JSONCodec
import MovieLens

extension DaemonClient {
  /// The item with this key, called by its key where it has no title; nil where there is none.
  func entry(
    withKey key: String, in catalogue: String
  ) async throws(CommandFailure) -> TitleLookup.Entry? {
    try await point(withKey: key, in: catalogue, fields: TitleLookup.fields)
      .flatMap { TitleLookup.entry(.object($0)) }
  }

  /// The titles of the items that the catalogue has, or their keys; none when there is no such collection.
  func titles(of items: [UInt32], in catalogue: String) async -> [UInt32: String] {
    guard !items.isEmpty else { return [:] }
    let request: JSONObject = [
      "ids": .array(items.map { .integer(Int64($0)) }), "with_payload": .array(TitleLookup.fields),
      "with_vector": false,
    ]
    let path = "/collections/\(Self.escaped(catalogue))/points"
    guard case .array(let points)? = try? await send(.POST, path, request) else { return [:] }
    return Dictionary(
      points.compactMap(TitleLookup.entry).map { ($0.id, $0.title) },
      uniquingKeysWith: { first, _ in first })
  }
}
