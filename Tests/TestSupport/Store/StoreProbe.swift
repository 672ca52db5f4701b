package import Kindred

/// Asks a store questions and compares the answers with what the plainest reading of its contents
/// says.
package enum StoreProbe {
  /// - Returns: what is wrong; nil when every answer is right.
  package static func wrongAnswer(
    _ store: Store, _ contents: StoreContents, using random: inout SeededGenerator
  ) throws(StoreError) -> String? {
    var generator = PointGenerator(random: random)
    defer { random = generator.random }
    for (name, collection) in contents.collections {
      let view = try store.collection(name.text)
      let points = Array(collection.model.points.values)
      let query = generator.sparseVector()
      let hits = try view.search(.init(vector: .sparse(query), using: "ratings", limit: 4))
      let expected = SearchOracle.search(
        query, similarity: .dot, using: "ratings", in: points, limit: 4)
      guard hits.map(\.id) == expected.map(\.id), hits.map(\.score) == expected.map(\.score) else {
        return "searching \(name) for \(query) gives \(hits), not \(expected)"
      }
      let age = Double.random(in: 0..<200, using: &generator.random)
      let count = try view.count(
        Filter(must: [.field(key: JSONPath(first: "age"), .range(NumberRange(lt: .double(age))))]))
      let right = points.count { $0.payload["age"]?.asDouble.map { $0 < age } ?? false }
      guard count == right else { return "\(name) counts \(count) below \(age), not \(right)" }
    }
    return nil
  }
}
