import JSONCodec
import Kindred

/// The body of `PUT {c}/points` in both its forms, read straight into points.
extension PointUpsert {
  /// Reads the body where it stands, so that `points/batch` can hold several.
  init(_ reader: inout JSONReader) throws {
    var points: [Point]?
    var updateFilter: Filter?
    var mode = Mode.upsert
    try reader.beginObject()
    while let name = try reader.nextName() {
      switch name {
      case "points":
        points = try Self.readPoints(&reader)
      case "batch":
        points = try PointColumns(&reader).points()
      case "update_filter":
        let value = try reader.readValue()
        updateFilter = value == .null ? nil : try Filter(json: JSONInput(value, path: name))
      case "update_mode":
        let value = try reader.readValue()
        if value == .null { continue }
        let text = try JSONInput(value, path: name).string()
        guard let known = Mode(rawValue: text) else {
          throw APIError.format(
            "unknown variant `\(text)`, expected one of `upsert`, `insert_only`, `update_only`")
        }
        mode = known
      case "shard_key": try reader.readShardKey()
      default: try reader.skipValue()
      }
    }
    guard let points else {
      throw APIError.format("data did not match any variant: missing field `points` or `batch`")
    }
    self.init(points: points, updateFilter: updateFilter, mode: mode)
  }

  private static func readPoints(_ reader: inout JSONReader) throws -> [Point] {
    var points: [Point] = []
    try reader.beginArray()
    while try reader.hasNextElement() {
      try reader.append(try readPoint(&reader, index: points.count), to: &points)
    }
    return points
  }

  private static func readPoint(_ reader: inout JSONReader, index: Int) throws -> Point {
    var id: PointID?
    var vectors: [ByteString: VectorValue]?
    var payload: JSONObject = [:]
    try reader.beginObject()
    while let name = try reader.nextName() {
      switch name {
      case "id": id = try reader.readPointID()
      case "vector", "vectors": vectors = try readVectors(&reader, "points[\(index)].vector")
      case "payload":
        if try reader.peekKind() == .null {
          try reader.readNull()
        } else {
          payload = try reader.readObject()
        }
      default: try reader.skipValue()
      }
    }
    guard let id else { throw APIError.format("points[\(index)]: missing field `id`") }
    guard let vectors else { throw APIError.format("points[\(index)]: missing field `vector`") }
    return Point(id: id, vectors: vectors, payload: payload)
  }

  /// Reads the vectors of one point: by name, or one unnamed vector.
  static func readVectors(
    _ reader: inout JSONReader, _ path: @autoclosure () -> String
  ) throws -> [ByteString: VectorValue] {
    try reader.count(vectorsByteCount)
    guard try reader.peekKind() == .object else { return ["": try reader.readVector(path())] }
    var lookahead = reader
    if try isDocument(&lookahead) { return ["": try reader.readVector(path())] }
    var vectors: [ByteString: VectorValue] = [:]
    try reader.beginObject()
    while let name = try reader.nextName() {
      if vectors.count == vectors.capacity { try reader.count(vectorsByteCount * vectors.count) }
      vectors[name] = try reader.readVector("\(path()).\(name)")
    }
    return vectors
  }

  /// The bytes that a dictionary of one vector takes, and that each place in a larger one takes, about.
  fileprivate static let vectorsByteCount = 160

  /// Whether the object is something to infer a vector from rather than vectors by name: its `model`
  /// (or `text`) is a text.
  private static func isDocument(_ reader: inout JSONReader) throws -> Bool {
    try reader.beginObject()
    guard let name = try reader.nextName(), ["text", "model", "options"].contains(name) else {
      return false
    }
    return try reader.peekKind() == .string
      || name == "options" && (try reader.peekKind() == .object)
  }
}

/// The column form: `{"ids": […], "vectors": […] or {name: […]}, "payloads": […]}`.
private struct PointColumns {
  var ids: [PointID] = []
  var unnamed: [VectorValue]?
  var named: [(name: String, column: [VectorValue])] = []
  var payloads: [JSONObject]?

  init(_ reader: inout JSONReader) throws {
    var missing: Set = ["ids", "vectors"]
    try reader.beginObject()
    while let name = try reader.nextName() {
      missing.remove(name)
      switch name {
      case "ids":
        try reader.beginArray()
        while try reader.hasNextElement() { try reader.append(try reader.readPointID(), to: &ids) }
      case "vectors":
        if try reader.peekKind() == .object {
          try reader.beginObject()
          while let vector = try reader.nextName() {
            named.append((vector, try Self.readColumn(&reader, "batch.vectors.\(vector)")))
          }
        } else {
          unnamed = try Self.readColumn(&reader, "batch.vectors")
        }
      case "payloads": payloads = try Self.readPayloads(&reader)
      default: try reader.skipValue()
      }
    }
    if let name = missing.min() { throw APIError.format("batch: missing field `\(name)`") }
  }

  private static func readColumn(_ reader: inout JSONReader, _ path: String) throws -> [VectorValue]
  {
    var column: [VectorValue] = []
    try reader.beginArray()
    while try reader.hasNextElement() {
      let vector = try reader.readVector("\(path)[\(column.count)]")
      // Once in the column, and once more in the dictionary of its point.
      try reader.count(PointUpsert.vectorsByteCount)
      try reader.append(vector, to: &column)
    }
    return column
  }

  private static func readPayloads(_ reader: inout JSONReader) throws -> [JSONObject]? {
    if try reader.peekKind() == .null {
      try reader.readNull()
      return nil
    }
    var payloads: [JSONObject] = []
    try reader.beginArray()
    while try reader.hasNextElement() {
      if try reader.peekKind() == .null {
        try reader.readNull()
        try reader.append([:], to: &payloads)
      } else {
        try reader.append(try reader.readObject(), to: &payloads)
      }
    }
    return payloads
  }

  func points() throws(APIError) -> [Point] {
    let columns = named + (unnamed.map { [("", $0)] } ?? [])
    for (name, column) in columns where column.count != ids.count {
      let path = name.isEmpty ? "batch.vectors" : "batch.vectors.\(name)"
      throw .validation(
        path, "number of ids and vectors must be equal (\(ids.count) != \(column.count))")
    }
    if let payloads, payloads.count != ids.count {
      throw .validation(
        "batch.payloads",
        "number of ids and payloads must be equal (\(ids.count) != \(payloads.count))")
    }
    return ids.enumerated().map { index, id in
      var point = Point(id: id, payload: payloads?[index] ?? [:])
      for (name, column) in columns { point.vectors[name] = column[index] }
      return point
    }
  }
}
