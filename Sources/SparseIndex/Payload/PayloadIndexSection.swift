package import JSONCodec
package import StorageIO

/// The payload indexes of a segment.
/// The format is described in `docs/formats/payload-index.md`.
package struct PayloadIndexSection: Sendable {
  package let indexes: [PayloadIndex]
  /// The section as it is stored.
  let bytes: SharedBytes
  private let positions: [ByteString: Int]

  /// Opens a section and checks everything that later reading relies on.
  /// - Parameters:
  ///   - payload: of the same segment.
  ///   - path: of the file, for errors.
  ///   - baseOffset: where the section starts in the file, for errors.
  package init(
    _ bytes: SharedBytes, payload: PayloadSection, path: String, baseOffset: Int
  ) throws(StorageError) {
    var reader = ByteReader(bytes, path: path, fileOffset: baseOffset)
    let version = try reader.u32()
    guard version <= PayloadIndexFormat.version else {
      throw .newerFormat(path: path, found: version, supported: PayloadIndexFormat.version)
    }
    guard version == PayloadIndexFormat.version else {
      throw reader.corrupt("payload index format 1")
    }
    let count = Int(try reader.u32())
    guard count <= PayloadIndexFormat.maxIndexCount else {
      throw reader.corrupt("at most \(PayloadIndexFormat.maxIndexCount) indexes")
    }
    var entries: [Entry] = []
    for _ in 0..<count { entries.append(try Entry(&reader)) }
    try reader.skipPadding()

    var indexes: [PayloadIndex] = []
    for entry in entries { indexes.append(try entry.open(&reader, payload)) }
    try reader.expectEnd()
    self.indexes = indexes
    self.bytes = bytes
    positions = Dictionary(
      indexes.enumerated().map { (ByteString($1.key), $0) }, uniquingKeysWith: { first, _ in first }
    )
  }

  package func index(for key: JSONPath) -> PayloadIndex? {
    positions.isEmpty ? nil : positions[key.description].map { indexes[$0] }
  }
}

private struct Entry {
  var key: String
  var kind: PayloadIndexParameters.Kind
  var storage: PayloadIndexFormat.Storage
  var hasAllNumbers: Bool
  var parameters: String
  var header: PayloadColumnHeader

  init(_ reader: inout ByteReader) throws(StorageError) {
    key = try reader.string()
    guard let kind = PayloadIndexParameters.Kind(code: try reader.u8()),
      let storage = PayloadIndexFormat.Storage(rawValue: try reader.u8())
    else { throw reader.corrupt("an index kind and storage") }
    (self.kind, self.storage) = (kind, storage)
    hasAllNumbers = try reader.u8() == PayloadIndexFormat.hasAllNumbers
    parameters = try reader.string()
    header = try PayloadColumnHeader(&reader)
  }

  func open(
    _ reader: inout ByteReader, _ payload: PayloadSection
  ) throws(StorageError) -> PayloadIndex {
    let content: PayloadIndex.Content
    let start = reader.fileOffset + reader.position
    let block = try reader.bytes(header.byteCount)
    var blockReader = ByteReader(block, path: reader.path, fileOffset: start)
    switch storage {
    case .none: content = .none
    case .payloadColumn:
      guard let path = try? JSONPath(parsing: key), path.rest.isEmpty,
        let column = payload.column(named: path.first), kind.isServed(by: column.kind)
      else { throw reader.corrupt("a payload column for index '\(key)'") }
      content = .column(column)
    case .ownColumn:
      let column = try PayloadColumn(
        name: key, header, pointCount: payload.pointCount, &blockReader)
      guard column.kind == kind.columnKind else { throw reader.corrupt("an indexed column's kind") }
      content = .column(column)
    case .postings:
      guard kind == .text else { throw reader.corrupt("a text index for postings") }
      content = .postings(
        try TokenPostings(
          pointCount: payload.pointCount, boundWidth: header.boundWidth, &blockReader))
    }
    try blockReader.expectEnd()
    var textParameters: JSONObject = [:]
    var analysis: TextAnalysis?
    var isStale = false
    var made: JSONValue?
    if kind == .text {
      guard
        case .object(let object) = try? JSONValue.parse(
          parameters, maxDepth: PayloadFormat.maxDepth)
      else {
        throw reader.corrupt("a text index's parameters")
      }
      textParameters = object
      made = object[PayloadIndexFormat.analysisName]
      textParameters[PayloadIndexFormat.analysisName] = nil
      analysis = try? TextAnalysis(parameters: textParameters)
      isStale = analysis.map { (made ?? $0.firstFingerprint) != $0.fingerprint } ?? true
    }
    return PayloadIndex(
      key: key, kind: kind, parameters: textParameters, analysis: analysis,
      pointCount: payload.pointCount,
      content: content, hasAllNumbers: hasAllNumbers,
      roundsNumbers: kind == .float && storage == .ownColumn, isStale: isStale,
      namesAnalysis: made != nil)
  }
}

extension PayloadIndexParameters.Kind {
  /// The kind of the index's own column.
  fileprivate var columnKind: PayloadColumnKind {
    switch self {
    case .keyword, .uuid, .text: .dictionary
    case .integer, .datetime: .integer
    case .float, .geo: .float
    case .bool: .bool
    }
  }
}
