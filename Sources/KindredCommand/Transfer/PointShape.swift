import JSONCodec
import SparseIndex

/// Constraints on the points of a collection, checked before anything is sent.
struct PointShape: Sendable {
  private enum Vector {
    case sparse
    case dense(size: Int)
    case rows(size: Int)
  }

  private var vectors: [ByteString: Vector] = [:]
  private var names: [String] = []

  /// - Parameter configuration: the body that creates the collection.
  init(_ configuration: JSONObject) throws(JSONInputError) {
    let input = JSONInput(.object(configuration))
    if let dense = try input.optional("vectors") {
      if try dense.object()["size"]?.asDouble != nil {
        try add("", dense)
      } else {
        for member in try dense.object().members { try add(member.name, dense.of(member)) }
      }
    }
    for member in try input.optional("sparse_vectors")?.object().members ?? [] {
      vectors[ByteString(member.name)] = .sparse
      names.append(member.name)
    }
  }

  private mutating func add(_ name: String, _ parameters: JSONInput) throws(JSONInputError) {
    let size = try parameters.int("size")
    vectors[ByteString(name)] =
      parameters.has("multivector_config") ? .rows(size: size) : .dense(size: size)
    names.append(name)
  }

  /// The reason why a stored point (see `JSONObject.storedPoint`) does not fit the collection; nil
  /// if it does.
  func problem(_ point: JSONObject) -> String? {
    if let problem = Self.problem(ofID: point["id"]) { return problem }
    guard case .object? = point["payload"] else { return "an object as `payload`" }
    guard let given = point["vector"] else { return nil }
    guard case .object(let named) = given else { return problem("", given) }
    // To be inferred by the server.
    if named["text"]?.asString != nil || named["model"]?.asString != nil { return nil }
    for member in named.members {
      if let problem = problem(member.name, member.value) { return problem }
    }
    return nil
  }

  private static func problem(ofID id: JSONValue?) -> String? {
    let expectation = "an `id` that is a number from 0 to \(UInt64.max) or a UUID"
    switch id {
    case .integer(let number)?: return number < 0 ? expectation : nil
    case .unsigned?: return nil
    case .string(let text)?: return PointID(uuid: text) == nil ? expectation : nil
    default: return expectation
    }
  }

  private func problem(_ name: String, _ vector: JSONValue) -> String? {
    let which = name.isEmpty ? "a vector" : "a vector '\(name)'"
    guard let wanted = vectors[ByteString(name)] else {
      let known =
        names.isEmpty
        ? "points without vectors"
        : "vectors named " + names.map { $0.isEmpty ? "''" : "'\($0)'" }.joined(separator: ", ")
      return (name.isEmpty ? "no unnamed vector" : "no vector '\(name)'")
        + ": the collection has \(known)"
    }
    switch (wanted, vector) {
    case (.sparse, .object(let object)):
      if object["text"]?.asString != nil { return nil }
      return Self.problem(ofSparse: object).map { "\(which) with \($0)" }
    case (.dense(let size), .array(let components)):
      return Self.isRow(components, size) ? nil : "\(which) of \(size) numbers"
    case (.rows(let size), .array(let rows)):
      // One row may stand by itself.
      let isGood =
        !rows.isEmpty
        && (Self.isRow(rows, size) || rows.allSatisfy { Self.isRow($0.asArray ?? [], size) })
      return isGood ? nil : "\(which) of rows of \(size) numbers"
    case (.dense, .object(let object)), (.rows, .object(let object)):
      return object["text"] != nil || object["image"] != nil || object["object"] != nil
        ? nil : "\(which) that is a list of numbers"
    case (.sparse, _): return "\(which) with `indices` and `values`"
    default: return "\(which) that is a list of numbers"
    }
  }

  private static func problem(ofSparse vector: JSONObject) -> String? {
    guard let indices = vector["indices"]?.asArray, let values = vector["values"]?.asArray else {
      return "`indices` and `values`"
    }
    guard indices.count == values.count else {
      return "as many `values` as `indices` (\(values.count), \(indices.count))"
    }
    var known: Set<UInt32> = []
    known.reserveCapacity(indices.count)
    for index in indices {
      guard case .integer(let number) = index, let dimension = UInt32(exactly: number) else {
        return "`indices` that are numbers from 0 to \(UInt32.max)"
      }
      guard known.insert(dimension).inserted else {
        return "`indices` that do not repeat (\(dimension))"
      }
    }
    return isRow(values, values.count) ? nil : "`values` that are numbers of 32 bits"
  }

  private static func isRow(_ components: [JSONValue], _ size: Int) -> Bool {
    components.count == size
      && components.allSatisfy { $0.asDouble.map { Float($0).isFinite } ?? false }
  }
}
