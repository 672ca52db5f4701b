import JSONCodec
import Kindred

/// The body of `POST {c}/ratings`.
package struct RatingsBody: Equatable, Sendable {
  /// A user or an item, as the client calls it.
  package enum Name: Hashable, Sendable {
    case number(UInt64)
    case key(ByteString)

    /// The key in a collection whose users, or items, have keys.
    var key: ByteString {
      switch self {
      case .number(let number): ByteString(String(number))
      case .key(let key): key
      }
    }

    /// What is equal for all spellings of a name: where they have keys, 5 and "5" are one.
    func unified(haveKeys: Bool) -> Name { haveKeys ? .key(key) : self }
  }

  package struct Rating: Equatable, Sendable {
    var user: Name
    var item: Name
    /// Nil takes the rating back.
    var value: Double?
    /// Seconds since 1970.
    var time: Double?
    /// Its place in the list.
    var index: Int

    var path: String { "ratings[\(index)]" }
  }

  var ratings: [Rating]
  var using: String
  var catalogue: String?

  static let maxCount = 1000
  /// Length limit for a key.
  static let maxKeyByteCount = 1024
  static let maxRating = 1e15

  package init(_ input: JSONInput) throws {
    try input.refuseMembers(beside: ["ratings", "using", "catalogue"])
    let list = try input.member("ratings").elements()
    guard 1...Self.maxCount ~= list.count else {
      throw input.error(
        "`ratings` must be a list of 1 to \(Self.maxCount) ratings, not of \(list.count)")
    }
    ratings = try list.enumerated().map { try Rating($1, index: $0) }
    using = try input.string("using", default: "ratings")
    catalogue = try input.optional("catalogue")?.string()
  }
}

extension RatingsBody.Rating {
  fileprivate init(_ input: JSONInput, index: Int) throws {
    try input.refuseMembers(beside: ["user", "item", "rating", "time"])
    user = try RatingsBody.Name(input.member("user"))
    item = try RatingsBody.Name(input.member("item"))
    self.index = index
    guard input.hasMember("rating") else { throw input.error("missing field `rating`") }
    value = try input.optional("rating")?.double()
    if let value, value.magnitude > RatingsBody.maxRating {
      throw input.error("`rating` must be from -1e15 to 1e15")
    }
    time = try input.optional("time")?.double()
    if let time, time < 0 { throw input.error("`time` must not be negative") }
  }
}

extension RatingsBody.Name {
  fileprivate init(_ input: JSONInput) throws {
    guard case .string(let text) = input.value else {
      self = .number(try input.unsigned())
      return
    }
    guard 1...RatingsBody.maxKeyByteCount ~= text.utf8.count else {
      throw input.error("a key must be of 1 to \(RatingsBody.maxKeyByteCount) bytes")
    }
    self = .key(ByteString(text))
  }
}

extension JSONInput {
  /// Whether the object has the member, also where that is null.
  fileprivate func hasMember(_ name: String) -> Bool {
    guard case .object(let object) = value else { return false }
    return object[name] != nil
  }
}
