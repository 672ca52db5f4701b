import JSONCodec
import Kindred

/// One vector on the wire: `{"indices", "values"}`, a list of numbers, or a list of such lists.
/// Objects with `text` and `model` are turned into vectors by inference.
///
/// This is the path of every upsert, so it reads arrays straight from the bytes.
extension JSONReader {
  /// - Parameter path: where the vector stands, for errors.
  mutating func readVector(_ path: @autoclosure () -> String) throws -> VectorValue {
    switch try peekKind() {
    case .object: return try readVectorObject(path())
    case .array: return try readDenseVector(path())
    default:
      throw APIError.format(error("expected a vector (a list or an object)").description)
    }
  }

  private mutating func readVectorObject(_ path: @autoclosure () -> String) throws -> VectorValue {
    var indices: [UInt32]?
    var values: [Float]?
    var others: [JSONObject.Member] = []
    try beginObject()
    while let name = try nextName() {
      switch name {
      case "indices": indices = try readUInt32Array()
      case "values": values = try readFloatArray(expectedCount: indices?.count ?? 0)
      default: try append(JSONObject.Member(name: name, value: try readValue()), to: &others)
      }
    }
    if let indices, let values, others.isEmpty {
      return .sparse(try VectorWire.sparse(indices, values, path()))
    }
    if indices == nil, values == nil, !others.isEmpty {
      return try Inference.vector(
        of: JSONInput(.object(JSONObject(uniqueMembers: others)), path: path()), as: .document)
    }
    let missing = indices == nil ? "indices" : "values"
    throw APIError.format("\(path()): missing field `\(missing)`")
  }

  /// Reads `[…]` or `[[…], …]`; which it is shows at the first element.
  private mutating func readDenseVector(_ path: @autoclosure () -> String) throws -> VectorValue {
    var lookahead = self
    try lookahead.beginArray()
    guard try lookahead.hasNextElement() else {
      throw APIError.validation(path(), "vector must not be empty")
    }
    guard try lookahead.peekKind() == .array else { return .dense(try readFloatArray()) }
    var rows: [[Float]] = []
    try beginArray()
    while try hasNextElement() { try append(try readFloatArray(), to: &rows) }
    return .multiDense(try VectorWire.checked(rows, path()))
  }
}

enum VectorWire {
  static func sparse(
    _ indices: [UInt32], _ values: [Float], _ path: @autoclosure () -> String
  ) throws(APIError) -> SparseVector {
    do throws(InvalidVector) {
      return try SparseVector(dimensions: indices, weights: values)
    } catch {
      switch error {
      case .unequalLengths:
        throw .validation(
          path() + ".values", "must have the same length as `indices`")
      case .repeatedDimension(let dimension, let position):
        throw .validation(
          path() + ".indices", "must be unique, position \(position) repeats \(dimension)")
      case .notFinite(let position):
        throw .validation(path() + ".values[\(position)]", "must be a finite number")
      }
    }
  }

  static func checked(
    _ rows: [[Float]], _ path: @autoclosure () -> String
  ) throws(APIError) -> [[Float]] {
    guard let first = rows.first, !first.isEmpty else {
      throw .validation(path(), "all vectors must be non-empty")
    }
    guard rows.allSatisfy({ $0.count == first.count }) else {
      throw .validation(
        path(), "all vectors must have the same dimension, found vector with another")
    }
    return rows
  }
}

extension JSONInput {
  /// A vector in a query body, which is small enough to be read as a tree.
  func vector() throws -> VectorValue {
    switch value {
    case .array:
      let rows = try elements()
      guard let first = rows.first else {
        throw APIError.validation(path, "vector must not be empty")
      }
      guard case .array = first.value else { return .dense(try floats()) }
      return .multiDense(try VectorWire.checked(rows.map { try $0.floats() }, path))
    case .object where has("indices") || has("values"):
      let values = try member("values").floats()
      let indices = try member("indices").unsigned32s()
      return .sparse(try VectorWire.sparse(indices, values, path))
    case .object:
      return try Inference.vector(of: self, as: .query)
    default:
      throw error("expected a vector (a list or an object)")
    }
  }
}

extension JSONWriter {
  mutating func write(_ vector: VectorValue) {
    switch vector {
    case .sparse(let sparse):
      beginObject()
      name("indices")
      write(sparse.dimensions)
      name("values")
      write(sparse.weights)
      endObject()
    case .dense(let components):
      write(components)
    case .multiDense(let rows):
      beginArray()
      for row in rows { write(row) }
      endArray()
    }
  }

  /// The vectors of one point: an object by name, or the unnamed dense vector by itself.
  mutating func write(vectors: [ByteString: VectorValue]) {
    if vectors.count == 1, let unnamed = vectors[""] {
      if case .sparse = unnamed {} else { return write(unnamed) }
    }
    beginObject()
    for (key, vector) in vectors.sorted(by: { $0.key < $1.key }) {
      name(key.text)
      write(vector)
    }
    endObject()
  }
}
