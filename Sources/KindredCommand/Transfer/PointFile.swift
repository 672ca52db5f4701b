import JSONCodec

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Points as JSON lines: `{"id", "vector", "payload"}`, where the first line may be a
/// `CollectionDescription`. Read twice, once to check and once to send: input that cannot be read
/// twice is kept in a file without a name.
struct PointFile {
  /// A point, and the number of its line.
  struct Line {
    var point: JSONObject
    var number: Int
  }

  let path: String
  /// The collection's description in the first line; nil without one.
  private(set) var description: CollectionDescription?
  private let copy: UnnamedFile?
  private var reader: LineReader
  /// Taken back: the first line that says nothing of a collection.
  private var first: ArraySlice<UInt8>?

  /// Opens it and looks at the first line that is not blank.
  init(_ path: String) throws(CommandFailure) {
    self.path = path
    let source = try LineReader(path: path)
    if !Self.canBeReadTwice(path) {
      let copy = try UnnamedFile(in: UnnamedFile.folder, where: "standard input is kept")
      while let line = try source.next() {
        try copy.append(line + [UInt8(ascii: "\n")])
      }
      self.copy = copy
      reader = LineReader(copy, name: source.name)
    } else {
      copy = nil
      reader = source
    }
    try readFirst()
  }

  var name: String { reader.name }
  /// Bytes that have been read, after decompression.
  var byteCount: Int { reader.byteCount }

  /// Begins again.
  mutating func rewind() throws(CommandFailure) {
    reader = if let copy { LineReader(copy, name: name) } else { try LineReader(path: path) }
    try readFirst()
  }

  /// The next point as it is stored, or what is wrong with the line; nil at the end.
  mutating func next(
    _ shape: PointShape
  ) throws(CommandFailure) -> Result<Line, PointFileError>? {
    while true {
      let line: ArraySlice<UInt8>
      if let first {
        line = first
        self.first = nil
      } else if let read = try reader.next() {
        line = read
      } else {
        return nil
      }
      if Self.isBlank(line) { continue }
      do throws(PointFileError) {
        return .success(Line(point: try point(line, shape), number: reader.number))
      } catch {
        return .failure(error)
      }
    }
  }

  /// Pipes cannot.
  private static func canBeReadTwice(_ path: String) -> Bool {
    var status = stat()
    // A path that is not a file may lead into an archive.
    return path != "-" && (stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG)
  }

  private mutating func readFirst() throws(CommandFailure) {
    first = nil
    while let line = try reader.next() {
      if Self.isBlank(line) { continue }
      if let object = (try? JSONValue.parse(Array(Self.withoutMark(line))))?.asObject,
        object["id"] == nil, let found = CollectionDescription(line: object)
      {
        description = found
      } else {
        first = Self.withoutMark(line)
      }
      return
    }
  }

  private func point(
    _ line: ArraySlice<UInt8>, _ shape: PointShape
  ) throws(PointFileError) -> JSONObject {
    func error(_ expected: String) -> PointFileError {
      PointFileError(file: name, line: reader.number, expected: expected)
    }
    let value: JSONValue
    do { value = try JSONValue.parse(Array(line)) } catch let cause {
      throw error("a point as JSON (\(cause))")
    }
    let point: JSONObject
    do throws(CommandFailure) { point = try PointList.point(value, "") } catch let cause {
      throw error("a point (\(cause.message.trimmingColon))")
    }
    let stored = point.storedPoint
    if let problem = shape.problem(stored) { throw error(problem) }
    return stored
  }

  private static func isBlank(_ line: ArraySlice<UInt8>) -> Bool {
    line.allSatisfy { $0 <= UInt8(ascii: " ") }
  }

  /// Without the byte order mark that some editors put before everything.
  private static func withoutMark(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    line.starts(with: [0xEF, 0xBB, 0xBF]) ? line.dropFirst(3) : line
  }
}

/// A line that is not a point of the collection.
struct PointFileError: Error, CustomStringConvertible {
  var file: String
  var line: Int
  var expected: String

  var description: String { "\(file):\(line): expected \(expected)" }
}

extension String {
  /// Messages of `PointList` begin with the place, which is said otherwise here.
  fileprivate var trimmingColon: String { hasPrefix(": ") ? String(dropFirst(2)) : self }
}
