package import Kindred

/// One thing that a client asks of a store.
package enum StoreStep: Sendable {
  case write(String, [PointOperation])
  /// Read-modify-write of one point: sets its age and, when there is one, its vector `ratings`.
  case update(String, PointID, age: Int64, ratings: SparseVector?)
  case createCollection(String)
  case deleteCollection(String)
  case aliases([AliasAction])
  /// Makes or drops the payload index on `age`.
  case toggleIndex(String)
  case flush
  case compact

  package func perform(on store: Store) async throws(StoreError) {
    switch self {
    case .write(let name, let operations): try await store.write(operations, to: name)
    case .update(let name, let id, let age, let ratings):
      try await store.write(to: name) { (view) throws(StoreError) in
        guard let point = StoreModel(view).points[id] else { return [] }
        return [.upsert(Self.updated(point, age, ratings))]
      }
    case .createCollection(let name):
      try await store.createCollection(name, PointGenerator.configuration)
    case .deleteCollection(let name): _ = try await store.deleteCollection(name)
    case .aliases(let actions): try await store.updateAliases(actions)
    case .toggleIndex(let name):
      try await store.updateConfiguration(of: name) { Self.toggleIndex(&$0) }
    case .flush: try await store.flush()
    case .compact: try await store.compact()
    }
  }

  package func apply(to contents: inout StoreContents) {
    switch self {
    case .write(let name, let operations): contents.collections[name]?.model.apply(operations)
    case .update(let name, let id, let age, let ratings):
      guard let point = contents.collections[name]?.model.points[id] else { return }
      contents.collections[name]?.model.points[id] = Self.updated(point, age, ratings)
    case .createCollection(let name):
      contents.collections[name] = .init(
        configuration: PointGenerator.configuration, model: StoreModel())
    case .deleteCollection(let name):
      contents.collections[name] = nil
      contents.aliases = contents.aliases.filter { $0.value != ByteString(name) }
    case .aliases(let actions):
      for action in actions {
        switch action {
        case .create(let alias, let name): contents.aliases[alias] = ByteString(name)
        case .delete(let alias): contents.aliases[alias] = nil
        case .rename(let old, let new):
          contents.aliases[new] = contents.aliases.removeValue(forKey: ByteString(old))
        }
      }
    case .toggleIndex(let name):
      guard contents.collections[name] != nil else { return }
      Self.toggleIndex(&contents.collections[name]!.configuration)
    case .flush, .compact: break
    }
  }

  private static func updated(_ point: Point, _ age: Int64, _ ratings: SparseVector?) -> Point {
    var point = point
    point.payload["age"] = .integer(age)
    if let ratings { point.vectors["ratings"] = .sparse(ratings) }
    return point
  }

  private static func toggleIndex(_ configuration: inout CollectionConfiguration) {
    let isIndexed = configuration.payloadIndexes["age"] != nil
    configuration.payloadIndexes["age"] = isIndexed ? nil : .init(kind: .integer)
  }
}

/// Random steps; each makes sense where the ones before have led.
package struct StepGenerator: Sendable {
  package var points: PointGenerator
  /// Two that only bytes tell apart, and another.
  private static let names: [ByteString] = ["é", "e\u{301}", "b"]

  package init(seed: UInt64) {
    points = PointGenerator(random: SeededGenerator(seed: seed), idCount: 16)
  }

  /// - Parameter contents: the store's, as all steps before have left them.
  package mutating func next(_ contents: StoreContents) -> StoreStep {
    let present = contents.collections.keys.sorted()
    let absent = Self.names.filter { !present.contains($0) }
    guard let name = present.randomElement(using: &points.random)?.text else {
      return .createCollection(absent.randomElement(using: &points.random)!.text)
    }
    switch Int.random(in: 0..<20, using: &points.random) {
    case 0:
      guard let new = absent.randomElement(using: &points.random) else { return .flush }
      return .createCollection(new.text)
    case 1 where points.random.oneIn(2): return .deleteCollection(name)
    case 2: return aliasChange(contents, name)
    case 3: return .toggleIndex(name)
    case 4, 5: return .flush
    case 6: return .compact
    case 7, 8, 9:
      return .update(
        name, points.id(), age: Int64.random(in: 100..<200, using: &points.random),
        ratings: points.random.oneIn(2) ? points.sparseVector() : nil)
    default: return .write(name, points.batch(upTo: 8))
    }
  }

  /// Two or three batches for one collection that touch different points, so that it does not matter
  /// in which order they happen.
  package mutating func concurrentWrites(to name: String) -> [StoreStep] {
    let count = UInt64.random(in: 2...3, using: &points.random)
    return (0..<count).compactMap { part in
      let operations = points.batch(upTo: 12).filter { $0.id.number % count == part }
      return operations.isEmpty ? nil : .write(name, operations)
    }
  }

  private mutating func aliasChange(_ contents: StoreContents, _ name: String) -> StoreStep {
    guard
      let alias = contents.aliases.keys.sorted().map(\.text).randomElement(using: &points.random)
    else {
      return .aliases([
        .create(alias: "x", collection: name), .create(alias: "y", collection: name),
      ])
    }
    return points.random.oneIn(2)
      ? .aliases([.rename(alias: alias, to: alias + "'"), .create(alias: "z", collection: name)])
      : .aliases([.delete(alias: alias)])
  }
}

extension PointID {
  /// The number that `PointGenerator` made the id from.
  fileprivate var number: UInt64 {
    switch self {
    case .integer(let number): number
    case .uuid(let number): UInt64(number >> 100)
    }
  }
}
