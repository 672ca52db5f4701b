import JSONCodec
import SparseIndex

/// Whether points fit a collection's configuration.
enum BatchValidation {
  static func check(
    _ operations: [PointOperation], against configuration: CollectionConfiguration
  ) throws(StoreError) {
    for case .upsert(let point) in operations {
      for (name, vector) in point.vectors {
        try check(vector, named: name, against: configuration)
      }
      for member in point.payload.members { try check(member.value, depth: 1) }
    }
  }

  private static func check(
    _ vector: VectorValue, named name: String, against configuration: CollectionConfiguration
  ) throws(StoreError) {
    if configuration.sparseVectors[name] != nil {
      guard case .sparse = vector else {
        throw .invalid("Conversion between sparse and regular vectors failed")
      }
      return
    }
    guard let parameters = configuration.denseVectors[name] else { throw .vectorNotFound(name) }
    switch vector {
    case .sparse: throw .invalid("Conversion between sparse and regular vectors failed")
    case .dense(let components):
      guard !parameters.isMultivector else {
        throw .invalid("Conversion between multi and regular vectors failed")
      }
      try check(components, size: parameters.size)
    case .multiDense(let rows):
      guard parameters.isMultivector else {
        throw .invalid("Conversion between multi and regular vectors failed")
      }
      guard !rows.isEmpty else { throw .invalid("a multivector needs at least one row") }
      for row in rows { try check(row, size: parameters.size) }
    }
  }

  private static func check(_ components: [Float], size: Int) throws(StoreError) {
    guard components.count == size else {
      throw .invalid("Vector dimension error: expected dim: \(size), got \(components.count)")
    }
    if let position = components.firstIndex(where: { !$0.isFinite }) {
      throw .invalid("value at position \(position) is not a finite number")
    }
  }

  /// What the log could not read back is refused before it is written.
  private static func check(_ value: JSONValue, depth: Int) throws(StoreError) {
    switch value {
    case .double(let number):
      guard number.isFinite else { throw .invalid("a payload number is not finite") }
    case .array(let elements):
      guard depth < StoreLimits.payloadDepth else { throw tooDeep }
      for element in elements { try check(element, depth: depth + 1) }
    case .object(let object):
      guard depth < StoreLimits.payloadDepth else { throw tooDeep }
      for member in object.members { try check(member.value, depth: depth + 1) }
    default: break
    }
  }

  private static var tooDeep: StoreError {
    .invalid("a payload is nested more than \(StoreLimits.payloadDepth) levels deep")
  }
}
