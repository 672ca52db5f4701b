import JSONCodec
import Kindred
import KindredServer

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Users' vectors as lines of CSV: user, item, rating, and where times are kept, the time.
package struct RatingsText {
  let vector: String
  let record: SetRecord?
  /// Where items have keys.
  let itemKeys: [UInt64: String]?
  let collection: String
  let haveUserKeys: Bool
  /// The vector that says when; nil where no times are kept.
  let times: String?

  var header: [UInt8] {
    Array((times == nil ? "user,item,rating\n" : "user,item,rating,time\n").utf8)
  }
  /// The vectors that it is made of.
  var vectors: [String] { [vector] + (times.map { [$0] } ?? []) }

  /// Remarks on the ratings for the reader; a line each.
  var notes: [String] {
    guard let record else {
      return ["no load has recorded a scale: the weights are written as they are"]
    }
    switch record.scale {
    case "user-mean", "likes":
      return [
        "the scale '\(record.scale)' does not say what the ratings were: the weights are written as "
          + "they are"
      ]
    default: return []
    }
  }

  /// Appends the ratings of a point.
  /// - Returns: how many there are.
  func append(_ point: JSONObject, to text: inout [UInt8]) throws(CommandFailure) -> Int {
    guard let id = point["id"] else { throw CommandFailure("a point of '\(collection)' has no id") }
    var user = PointIDText.text(id)
    if haveUserKeys {
      guard let key = point["payload"]?.asObject?["key"]?.asString else {
        throw CommandFailure("user \(user) of '\(collection)' has no `key` in the payload")
      }
      user = key
    }
    let lines = try entries(of: vector, point, user)
    if lines.isEmpty { return 0 }
    var seconds: [UInt64: Int64] = [:]
    if let times {
      for (item, weight) in try entries(of: times, point, user) {
        seconds[item] = RatingTime.seconds(of: weight)
      }
    }
    let userField = Self.field(user)
    for (item, weight) in lines {
      var name = String(item)
      if let itemKeys {
        guard let key = itemKeys[item] else {
          throw CommandFailure("item \(item), which user \(user) has rated, has no key")
        }
        name = key
      }
      text += userField
      text.append(UInt8(ascii: ","))
      text += Self.field(name)
      text.append(UInt8(ascii: ","))
      text += rating(weight).utf8
      if times != nil {
        text.append(UInt8(ascii: ","))
        guard let seconds = seconds[item] else {
          throw CommandFailure(
            "nothing says when user \(user) has rated item \(name): export with --no-times, or rate "
              + "it again")
        }
        text += String(seconds).utf8
      }
      text.append(UInt8(ascii: "\n"))
    }
    return lines.count
  }

  /// A vector of the point, items ascending; nothing where it has none.
  private func entries(
    of vector: String, _ point: JSONObject, _ user: String
  ) throws(CommandFailure) -> [(item: UInt64, weight: Float)] {
    guard let entries = point["vector"]?.asObject?[vector]?.asObject else { return [] }
    let failure = CommandFailure("the vector '\(vector)' of user \(user) is not as expected")
    guard let items = entries["indices"]?.asArray, let weights = entries["values"]?.asArray,
      items.count == weights.count
    else { throw failure }
    var found: [(item: UInt64, weight: Float)] = []
    for (item, weight) in zip(items, weights) {
      guard case .integer(let item) = item, let item = UInt64(exactly: item),
        let weight = weight.asDouble
      else { throw failure }
      found.append((item, Float(weight)))
    }
    // Other servers keep the order in which they were given.
    found.sort { $0.item < $1.item }
    return found
  }

  private var scale: RatingScale {
    switch record?.scale {
    case "zscore":
      if let mean = record?.mean, let deviation = record?.deviation {
        .zscore(mean: mean, deviation: deviation)
      } else {
        .none
      }
    case "log": .log
    default: .none
    }
  }

  private func rating(_ weight: Float) -> String { Self.rating(of: weight, scale) }

  /// The rating that has this weight, with as few places as there are.
  package static func rating(of weight: Float, _ scale: RatingScale) -> String {
    let about: Double =
      switch scale {
      case .zscore(let mean, let deviation): Double(weight) * deviation + mean
      case .log: expm1(Double(weight))
      default: Double(weight)
      }
    guard about.isFinite else { return "\(weight)" }
    if scale == .none { return text(of: weight) }
    var power = 1.0
    for _ in 0...9 {
      let scaled = about * power
      guard scaled.magnitude < 0x1p53 else { break }
      // Zero has no sign here.
      let candidate = scaled.rounded() / power + 0
      if scale.weight(of: candidate) == weight { return text(of: candidate) }
      power *= 10
    }
    return text(of: about)
  }

  /// Whole numbers without a point.
  private static func text(of value: some BinaryFloatingPoint & CustomStringConvertible) -> String {
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// In quotes where it has to be.
  private static func field(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    let isPlain = bytes.allSatisfy { byte in
      byte != UInt8(ascii: ",") && byte != UInt8(ascii: "\"") && byte > UInt8(ascii: " ")
    }
    if isPlain, !bytes.isEmpty { return bytes }
    var quoted: [UInt8] = [UInt8(ascii: "\"")]
    for byte in bytes {
      if byte == UInt8(ascii: "\"") { quoted.append(byte) }
      quoted.append(byte)
    }
    quoted.append(UInt8(ascii: "\""))
    return quoted
  }
}
