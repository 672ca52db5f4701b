import JSONCodec
import Kindred

/// The body of a recommendation: the request, and the names of what stands beside the collection.
package struct RecommendationBody {
  package var request: RecommendationRequest
  private var catalogue: String?
  private var model: String?
  /// Where the names are in the tree of the body; nil where it was read without one.
  private var input: JSONInput?

  /// - Throws: for what the request has wrong; the names are looked at when they are asked for.
  package init(_ input: JSONInput) throws {
    request = try RecommendationRequest(input)
    self.input = input
  }

  package var catalogueName: String? {
    get throws { try input?.optional("catalogue")?.string() ?? catalogue }
  }

  package var modelName: String? {
    get throws { try input?.optional("model")?.string() ?? model }
  }

  /// Longer bodies are not plain, so that little is read twice.
  fileprivate static let plainByteCount = 64 << 10

  /// Reads a body as most have it straight from its text: whom the items are for, the method, and which
  /// part of the list. Both ways of reading make the same of it.
  ///
  /// - Throws: for every other body, wrong ones included: a tree of it says what it is, or what is wrong.
  package init(plain reader: inout JSONReader) throws {
    var ratings: SparseVector?
    var point: PointID?
    var method = RecommendationRequest.Method.auto
    request = RecommendationRequest(subject: .nobody)
    try reader.beginObject()
    while let name = try reader.nextName() {
      switch name {
      case "ratings": ratings = try Self.plainRatings(&reader)
      case "point": point = .integer(try reader.readUInt64())
      case "using": request.using = try reader.readString()
      case "method":
        guard let known = RecommendationRequest.Method(rawValue: try reader.readString()) else {
          throw NotPlain()
        }
        method = known
      case "exclude": request.exclude = try reader.readUInt32Array()
      case "exclude_rated": request.excludeRated = try reader.readBool()
      case "limit":
        request.limit = Int(clamping: try reader.readUInt64())
        guard request.limit >= 1 else { throw NotPlain() }
      case "offset": request.offset = Int(clamping: try reader.readUInt64())
      case "explain": request.explain = try reader.readBool()
      case "catalogue": catalogue = try reader.readString()
      case "model": model = try reader.readString()
      default: throw NotPlain()
      }
    }
    request.method = method
    request.neighbors = NeighborParameters(for: method)
    switch (point, ratings) {
    case (let point?, let ratings?): request.subject = .pointRating(point, ratings)
    case (let point?, nil): request.subject = .point(point)
    case (nil, let ratings?): request.subject = .ratings(ratings)
    case (nil, nil): break
    }
  }

  /// `{"592": 1.5, …}`, or a sparse vector.
  private static func plainRatings(_ reader: inout JSONReader) throws -> SparseVector {
    var lookahead = reader
    try lookahead.beginObject()
    var name = try lookahead.nextName()
    if name == "indices" || name == "values" { return try reader.readPlainSparse() }
    reader = lookahead
    var dimensions: [UInt32] = []
    var weights: [Float] = []
    while let text = name {
      guard let item = UInt32(text) else { throw NotPlain() }
      try reader.append(item, to: &dimensions)
      try reader.append(try reader.readTwiceRoundedFloat(), to: &weights)
      name = try reader.nextName()
    }
    return try SparseVector(dimensions: dimensions, weights: weights)
  }
}

extension Call {
  /// The recommendation that the body asks for.
  func recommendationBody() throws -> RecommendationBody {
    if tree == nil, body.readableBytes <= RecommendationBody.plainByteCount,
      let plain = try? decode({ try RecommendationBody(plain: &$0) })
    {
      return plain
    }
    return try RecommendationBody(json())
  }
}
