import JSONCodec
import Kindred

extension Call {
  /// The query that the body asks for.
  func queryRequest() throws -> QueryRequest {
    if tree == nil, body.readableBytes <= QueryRequest.plainByteCount,
      let request = try? decode({ try QueryRequest(plain: &$0, for: context) })
    {
      return request
    }
    return try QueryRequest(json())
  }
}

extension QueryRequest {
  /// Longer bodies are not plain, so that little is read twice.
  fileprivate static let plainByteCount = 64 << 10

  /// Reads a body as most have it straight from its text, which takes a third of the time: a vector to be
  /// near to, and members of one search. Both ways of reading make the same of it.
  ///
  /// - Throws: for every other body, wrong ones included: a tree of it says what it is, or what is wrong.
  package init(plain reader: inout JSONReader, for context: ReadContext) throws {
    self.init()
    try reader.beginObject()
    while let name = try reader.nextName() {
      switch name {
      case "query": stage.query = .nearest(.vector(try Self.plainQuery(&reader)))
      case "using": stage.using = try reader.readString()
      case "filter":
        let watch = DecodingWatch { context.isOver }
        let filter = try Filter(json: JSONInput(reader.readValue(), path: name, watch: watch))
        try filter.validate()
        stage.filter = filter
      case "score_threshold": stage.scoreThreshold = try reader.readTwiceRoundedFloat()
      case "limit":
        stage.limit = Int(clamping: try reader.readUInt64())
        guard stage.limit >= 1 else { throw NotPlain() }
      case "offset": offset = Int(clamping: try reader.readUInt64())
      case "with_payload": withPayload = try reader.readBool() ? .all : .none
      case "with_vector": withVector = try reader.readBool() ? .all : .none
      default: throw NotPlain()
      }
    }
  }

  /// A vector, or `{"nearest": …}` with one.
  private static func plainQuery(_ reader: inout JSONReader) throws -> VectorValue {
    guard try reader.peekKind() == .object else { return .dense(try reader.readPlainDense()) }
    var lookahead = reader
    try lookahead.beginObject()
    guard try lookahead.nextName() == "nearest" else {
      return .sparse(try reader.readPlainSparse())
    }
    reader = lookahead
    let isObject = try reader.peekKind() == .object
    let vector: VectorValue =
      try isObject ? .sparse(reader.readPlainSparse()) : .dense(reader.readPlainDense())
    guard try reader.nextName() == nil else { throw NotPlain() }
    return vector
  }
}

/// Thrown for what is left to the reading of trees.
struct NotPlain: Error {}

extension JSONReader {
  /// `{"indices", "values"}` and nothing else.
  mutating func readPlainSparse() throws -> SparseVector {
    var dimensions: [UInt32]?
    var weights: [Float]?
    try beginObject()
    while let name = try nextName() {
      switch name {
      case "indices": dimensions = try readUInt32Array()
      case "values": weights = try readTwiceRoundedFloatArray()
      default: throw NotPlain()
      }
    }
    guard let dimensions, let weights else { throw NotPlain() }
    return try SparseVector(dimensions: dimensions, weights: weights)
  }

  /// A list of numbers, one at least.
  mutating func readPlainDense() throws -> [Float] {
    let values = try readTwiceRoundedFloatArray()
    guard !values.isEmpty else { throw NotPlain() }
    return values
  }
}
