import JSONCodec
import Kindred
import KindredServer

/// The two collections that a set goes into, and whether it may.
///
/// A set never comes into the collection of another by accident: that is refused with what to do.
package struct SetTarget: Sendable {
  package enum Mode: Sendable {
    /// New collections, or an update of the very set.
    case careful
    /// An update, also of a set from elsewhere.
    case update
    /// Both collections are removed first.
    case replace
  }

  /// The collections as they are before the load.
  package struct Present: Sendable {
    package var hasCollection: Bool
    package var hasCatalogue: Bool
    /// The record in the collection's metadata; nil where no load left one.
    package var record: SetRecord?
  }

  package static let vector = RatingTime.ratingsVectorName

  package var collection: String
  package var catalogue: String
  package var mode: Mode
  var sharding = ShardOptions.Sharding()

  private var ownRecord: SetRecord

  package init(_ record: SetRecord, _ mode: Mode) {
    (collection, catalogue) = (record.collection, record.catalogue)
    self.mode = mode
    ownRecord = record
  }

  /// Looks at what is there, and changes nothing.
  package func check(_ client: DaemonClient) async throws -> Present {
    let info = try await client.collection(collection)
    let catalogueInfo = try await client.collection(catalogue)
    if mode != .replace, let info {
      try checkVector(Self.vector, info)
      if let times = ownRecord.times { try checkVector(times, info) }
    }
    if let info { try checkSet(info) }
    if let catalogueInfo { try checkCatalogue(catalogueInfo) }
    return Present(
      hasCollection: info != nil, hasCatalogue: catalogueInfo != nil,
      record: info.flatMap { SetRecord(of: $0) })
  }

  /// Makes the collections, after removing what is to be replaced, with a record that says that the
  /// load is not complete.
  package func begin(
    _ record: SetRecord, _ present: Present, _ client: DaemonClient
  ) async throws {
    var present = present
    if mode == .replace {
      for (name, isThere) in [
        (collection, present.hasCollection), (catalogue, present.hasCatalogue),
      ] where isThere { try await client.send(.DELETE, Self.path(name)) }
      present = Present(hasCollection: false, hasCatalogue: false, record: nil)
    }
    var record = record
    record.isComplete = false
    let metadata = JSONValue.object(record.metadata)
    let plain: JSONObject = ["vectors": [:]]
    var names: JSONObject = [Self.vector: [:]]
    if let times = record.times { names[times] = [:] }
    let sparse: JSONObject = ["sparse_vectors": .object(names)]
    let spread =
      present.hasCollection && present.hasCatalogue
      ? [:] : try await sharding.members(client) { printError($0) }
    for (name, isThere, vectors) in [
      (catalogue, present.hasCatalogue, plain), (collection, present.hasCollection, sparse),
    ] {
      var body = isThere ? JSONObject() : vectors
      if !isThere { body.merge(spread) }
      body["metadata"] = metadata
      try await client.send(isThere ? .PATCH : .PUT, Self.path(name), body)
    }
  }

  package func finish(_ record: SetRecord, _ client: DaemonClient) async throws {
    var record = record
    record.isComplete = true
    for name in [catalogue, collection] {
      try await client.send(.PATCH, Self.path(name), ["metadata": .object(record.metadata)])
    }
  }

  package static func path(_ collection: String) -> String {
    "/collections/\(DaemonClient.escaped(collection))"
  }

  private func checkVector(_ vector: String, _ info: JSONValue) throws {
    let parameters = try? JSONInput(info).member("config").member("params")
      .optional("sparse_vectors")?.optional(vector)
    guard let parameters else {
      throw CommandFailure(
        "collection '\(collection)' exists and has no sparse vector '\(vector)'"
          + (vector == Self.vector
            ? "; choose another with --collection, or delete it: "
              + "kindred collections delete \(collection)"
            : " for --keep-times; choose another with --collection, or say --replace to load it "
              + "afresh"))
    }
    guard try parameters.string("modifier", default: "none") == "none" else {
      throw CommandFailure(
        "collection '\(collection)' weighs '\(vector)' by inverse document frequency; "
          + "choose another with --collection")
    }
  }

  private func checkSet(_ info: JSONValue) throws {
    guard mode == .careful, !Self.isEmpty(info) else { return }
    let record = SetRecord(of: info)
    if let record, record.isSameSet(as: ownRecord) { return }
    throw CommandFailure(
      "collection '\(collection)' holds \(Self.holding(record)); choose another with "
        + "--collection, say --update when this is the same set (what it no longer has is "
        + "removed), or --replace to delete what is there first")
  }

  private func checkCatalogue(_ info: JSONValue) throws {
    if Self.isEmpty(info) { return }
    let record = SetRecord(of: info)
    if let record {
      if record.isSameSet(as: ownRecord), mode != .replace || record.collection == collection {
        return
      }
      if mode != .careful, record.collection == collection { return }
    }
    throw CommandFailure(
      "catalogue '\(catalogue)' holds \(Self.holding(record)); choose another with --catalogue, "
        + "or delete it: kindred collections delete \(catalogue)")
  }

  private static func isEmpty(_ info: JSONValue) -> Bool {
    (try? JSONInput(info).int("points_count", default: 0)) == 0
  }

  private static func holding(_ record: SetRecord?) -> String {
    guard let record else { return "points that no load has put there" }
    return "another set, \(record.kind) from \(record.source.joined(separator: ", "))"
  }
}
