import ArgumentParser
import DataFiles
import JSONCodec

/// `kindred put`: points into a collection.
struct PutCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "put",
    abstract: "Store points, given as JSON.",
    discussion: """
        kindred put movies '{"id": 7, "payload": {"title": "Seven (1995)"}}'
        kindred put movielens < points.jsonl
        kindred scroll movies --json | jq -c '.points[]' | kindred put copies

      A point is an object with an `id`, a `vector` and a `payload`, as in the API; without a vector \
      it has none. Each argument, or each line of standard input, is one; a list of points, or an \
      object with such a list as `points`, will do too. A point with the same id is replaced as a \
      whole. All is read before anything is stored.
      """)

  @Argument(help: "The collection.")
  var collection: String

  @Argument(help: "Points as JSON; from standard input without any.")
  var points: [String] = []

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    var read = PointList()
    for (index, text) in points.enumerated() {
      try read.append(Array(text.utf8), from: "argument \(index + 1)")
    }
    if points.isEmpty { try read.appendStandardInput() }
    let batches = read.batches()
    let count = read.points.count
    try await connection.withClient { client in
      var storedCount = 0
      for batch in batches {
        do {
          try await client.send(
            .PUT, SetTarget.path(collection) + "/points?wait=true", batch.body)
        } catch let error as CommandFailure {
          guard storedCount > 0 else { throw error }
          throw CommandFailure(
            error.reason,
            error.message + "\n\(Figures.grouped(storedCount)) of \(Figures.grouped(count)) points "
              + "had been stored before and stay so")
        }
        storedCount += batch.pointCount
      }
    }
    if json {
      print(#"{"stored":\#(count)}"#)
    } else {
      print(count == 1 ? "1 point stored" : "\(Figures.grouped(count)) points stored")
    }
  }
}

/// Points that somebody has written by hand, or another program.
package struct PointList: Sendable {
  package private(set) var points: [JSONValue] = []
  private var byteCount = 0

  /// The limit on the text of a `put`; larger sets are for `load`.
  package static let maxByteCount = 64 << 20
  private static let maxBatchPointCount = 1000
  /// A body ends after the point that makes it larger than this.
  private static let enoughBytes = 1 << 20

  package init() {}

  /// Adds a point, or a list of them.
  /// - Parameter place: for messages.
  /// - Throws: `CommandFailure` (refused) for what is not JSON, or not a point.
  package mutating func append(_ text: [UInt8], from place: String) throws(CommandFailure) {
    try count(text.count)
    try append(try Self.parse(text, place), place)
  }

  /// Lines of JSON, or one document over several lines.
  mutating func appendStandardInput() throws(CommandFailure) {
    var text: [UInt8] = []
    do throws(DataFileError) {
      let source = try ByteSource("-")
      var piece = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        var failure: DataFileError?
        let readCount = piece.withUnsafeMutableBytes { bytes in
          do throws(DataFileError) { return try source.read(into: bytes) } catch {
            failure = error
            return 0
          }
        }
        if let failure { throw failure }
        if readCount == 0 { break }
        text += piece[..<readCount]
        if text.count > Self.maxByteCount { break }
      }
    } catch {
      throw CommandFailure("cannot read standard input: \(error)")
    }
    try appendLines(text)
  }

  package mutating func appendLines(_ text: [UInt8]) throws(CommandFailure) {
    try count(text.count)
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let isBlank = { (line: ArraySlice<UInt8>) in line.allSatisfy { $0 <= UInt8(ascii: " ") } }
    guard let first = lines.first(where: { !isBlank($0) }) else {
      throw CommandFailure("standard input has no points")
    }
    if (try? JSONValue.parse(Array(first))) == nil, let whole = try? JSONValue.parse(text) {
      return try append(whole, "standard input")
    }
    for (index, line) in lines.enumerated() where !isBlank(line) {
      let place = "line \(index + 1)"
      try append(try Self.parse(Array(line), place), place)
    }
  }

  package func batches() -> [(body: [UInt8], pointCount: Int)] {
    var batches: [(body: [UInt8], pointCount: Int)] = []
    var writer = JSONWriter()
    var pointCount = 0
    for (index, point) in points.enumerated() {
      if pointCount == 0 {
        writer = JSONWriter()
        writer.beginObject()
        writer.name("points")
        writer.beginArray()
      }
      writer.write(point)
      pointCount += 1
      let isFull =
        pointCount == Self.maxBatchPointCount || writer.bytes.count > Self.enoughBytes
      if isFull || index == points.count - 1 {
        writer.endArray()
        writer.endObject()
        batches.append((writer.bytes, pointCount))
        pointCount = 0
      }
    }
    return batches
  }

  private mutating func count(_ byteCount: Int) throws(CommandFailure) {
    self.byteCount += byteCount
    guard self.byteCount <= Self.maxByteCount else {
      throw CommandFailure(
        "more than \(Figures.bytes(Self.maxByteCount)) of points; put takes what fits, send the "
          + "rest with another")
    }
  }

  private static func parse(_ text: [UInt8], _ place: String) throws(CommandFailure) -> JSONValue {
    do { return try JSONValue.parse(text) } catch {
      throw CommandFailure("\(place) is not JSON: \(error)")
    }
  }

  private mutating func append(_ value: JSONValue, _ place: String) throws(CommandFailure) {
    switch value {
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        try appendPoint(element, "\(place), element \(index + 1)")
      }
    case .object(let object):
      if object["id"] == nil, let list = object["points"]?.asArray {
        return try append(.array(list), place)
      }
      try appendPoint(value, place)
    default: try appendPoint(value, place)
    }
  }

  private mutating func appendPoint(
    _ value: JSONValue, _ place: String
  ) throws(CommandFailure) {
    points.append(.object(try Self.point(value, place)))
  }

  /// A point that has an id and a vector, and no members that points do not have.
  static func point(
    _ value: JSONValue, _ place: String
  ) throws(CommandFailure) -> JSONObject {
    guard case .object(var point) = value else {
      throw CommandFailure("\(place): a point is an object with an `id`, not \(value.kind)")
    }
    for name in point.members.map(\.name) where !members.contains(where: name.hasSameBytes) {
      let near = Suggestion.nearest(to: name, among: members)
      throw CommandFailure(
        "\(place): a point has no member `\(name)`\(Suggestion.question(near)); keys go into its "
          + "`payload`")
    }
    guard point["id"] != nil else { throw CommandFailure("\(place): the point has no `id`") }
    // Points as they are read back have null for a missing vector.
    if point["vector"] == nil || point["vector"] == .null { point["vector"] = [:] }
    point.removeMembers { $0.name == "score" || $0.name == "version" || $0.name == "shard_key" }
    return point
  }

  /// The last three are what points are read back with.
  private static let members = ["id", "vector", "payload", "score", "version", "shard_key"]
}

extension JSONValue {
  fileprivate var kind: String {
    switch self {
    case .null: "null"
    case .bool: "true or false"
    case .integer, .unsigned, .double: "a number"
    case .string: "a text"
    case .array: "a list"
    case .object: "an object"
    }
  }
}
