import JSONCodec
import Kindred

extension Call {
  /// The ratings that the body sends.
  func ratingsBody() throws -> RatingsBody {
    if tree == nil, body.readableBytes <= RatingsBody.plainByteCount,
      let plain = try? decode({ try RatingsBody(plain: &$0) })
    {
      return plain
    }
    return try RatingsBody(json())
  }
}

extension RatingsBody {
  /// Longer bodies are not plain, so that little is read twice.
  fileprivate static let plainByteCount = 64 << 10

  /// Reads a body as most have it straight from its text: ratings that are given, not taken back. Both ways of
  /// reading make the same of it.
  ///
  /// - Throws: for every other body, wrong ones included: a tree of it says what it is, or what is wrong.
  package init(plain reader: inout JSONReader) throws {
    var given: [Rating]?
    var vectorName: String?
    try reader.beginObject()
    while let name = try reader.nextName() {
      switch name {
      case "ratings" where given == nil: given = try Self.plainRatings(&reader)
      case "using" where vectorName == nil: vectorName = try reader.readString()
      case "catalogue" where catalogue == nil: catalogue = try reader.readString()
      default: throw NotPlain()
      }
    }
    guard let given else { throw NotPlain() }
    ratings = given
    using = vectorName ?? "ratings"
  }

  private static func plainRatings(_ reader: inout JSONReader) throws -> [Rating] {
    var ratings: [Rating] = []
    try reader.beginArray()
    while try reader.hasNextElement() {
      guard ratings.count < maxCount else { throw NotPlain() }
      try reader.append(Rating(plain: &reader, index: ratings.count), to: &ratings)
    }
    guard !ratings.isEmpty else { throw NotPlain() }
    return ratings
  }
}

extension RatingsBody.Rating {
  fileprivate init(plain reader: inout JSONReader, index: Int) throws {
    var user: RatingsBody.Name?
    var item: RatingsBody.Name?
    try reader.beginObject()
    while let name = try reader.nextName() {
      switch name {
      case "user" where user == nil: user = try RatingsBody.Name(plain: &reader)
      case "item" where item == nil: item = try RatingsBody.Name(plain: &reader)
      case "rating" where value == nil: value = try reader.readDouble()
      case "time" where time == nil: time = try reader.readDouble()
      default: throw NotPlain()
      }
    }
    guard let user, let item, let value, value.magnitude <= RatingsBody.maxRating,
      time.map({ $0 >= 0 }) ?? true
    else { throw NotPlain() }
    self.user = user
    self.item = item
    self.index = index
  }
}

extension RatingsBody.Name {
  fileprivate init(plain reader: inout JSONReader) throws {
    guard try reader.peekKind() == .string else {
      self = .number(try reader.readUInt64())
      return
    }
    let text = try reader.readString()
    guard 1...RatingsBody.maxKeyByteCount ~= text.utf8.count else { throw NotPlain() }
    self = .key(ByteString(text))
  }
}
