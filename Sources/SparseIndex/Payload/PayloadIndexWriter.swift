package import JSONCodec
internal import StorageIO

/// Makes the payload index section of a segment image from its payload section.
/// The format is described in `docs/formats/payload-index.md`.
package enum PayloadIndexWriter {
  /// - Parameters:
  ///   - indexes: by key path as text, as the collection's configuration has them.
  ///   - namesAnalysis: whether the text index of that key says how its texts were cut; all do but
  /// those
  ///     of earlier versions.
  package static func write(
    _ payload: PayloadSection, indexes: [ByteString: PayloadIndexParameters],
    namesAnalysis: (String) -> Bool = { _ in true }
  ) -> [UInt8] {
    // A directory of an older version may have more: those are answered from the payloads.
    let entries = indexes.sorted { $0.key < $1.key }
      .prefix(PayloadIndexFormat.maxIndexCount)
      .compactMap { key, parameters in
        entry(key.text, parameters, payload, namesAnalysis: namesAnalysis(key.text))
      }
    return .collecting { (emit) throws(StorageError) in
      try PayloadIndexFormat.write(entries, emit)
    }
  }

  private static func entry(
    _ key: String, _ parameters: PayloadIndexParameters, _ payload: PayloadSection,
    namesAnalysis: Bool
  ) -> PayloadIndexEntry? {
    guard let path = try? JSONPath(parsing: key) else { return nil }
    let key = path.description
    let kind = parameters.kind
    if path.rest.isEmpty, let column = payload.column(named: path.first),
      kind.isServed(by: column.kind)
    {
      return PayloadIndexEntry(
        key: key, kind: kind, storage: .payloadColumn, flags: PayloadIndexFormat.hasAllNumbers)
    }
    if kind == .text {
      guard let analysis = try? parameters.textAnalysis() else { return nil }
      var stored = parameters.parameters
      if namesAnalysis { stored[PayloadIndexFormat.analysisName] = analysis.fingerprint }
      var postings = TokenPostingsWriter(analysis: analysis)
      for offset in 0..<payload.pointCount {
        postings.append(elements(payload, path, offset).compactMap(\.asString), at: offset)
      }
      return PayloadIndexEntry(
        key: key, kind: kind, storage: .postings, flags: 0,
        parameters: stored.description,
        block: postings.finish(pointCount: payload.pointCount))
    }

    var column = PayloadColumnWriter(name: key)
    var hasAllNumbers = true
    for offset in 0..<payload.pointCount {
      var values: [JSONValue] = []
      for element in elements(payload, path, offset) {
        let indexed = kind.indexed(element)
        values += indexed
        if indexed.isEmpty && element.asDouble != nil { hasAllNumbers = false }
      }
      if values.count == 1 {
        column.append(values[0], at: offset)
      } else if !values.isEmpty {
        column.append(.array(values), at: offset)
      }
    }
    let flags = hasAllNumbers ? PayloadIndexFormat.hasAllNumbers : 0
    if column.isEmpty {
      return PayloadIndexEntry(key: key, kind: kind, storage: .none, flags: flags)
    }
    return PayloadIndexEntry(
      key: key, kind: kind, storage: .ownColumn, flags: flags,
      block: column.finish(pointCount: payload.pointCount))
  }

  /// The values at `path`, arrays unwrapped one level.
  static func elements(
    _ payload: PayloadSection, _ path: JSONPath, _ offset: Int
  ) -> [JSONValue] {
    guard let value = payload.value(at: offset, key: path.first) else { return [] }
    var values: [JSONValue] = []
    value.collect(path.rest[...], into: &values)
    return values.flatMap { $0.asArray ?? [$0] }
  }
}

/// One index of a section that is about to be written.
struct PayloadIndexEntry {
  /// The key path as text.
  var key: String
  var kind: PayloadIndexParameters.Kind
  var storage: PayloadIndexFormat.Storage
  var flags: UInt8
  var parameters = ""
  var block: any PayloadBlock = PayloadBlockBytes(kind: .raw)
}

extension PayloadIndexFormat {
  /// Hands a section of these indexes on.
  static func write(_ entries: [PayloadIndexEntry], _ emit: Emit) throws(StorageError) {
    var head = ByteWriter()
    head.u32(version)
    head.u32(UInt32(entries.count))
    for entry in entries {
      head.string(entry.key)
      head.u8(entry.kind.code)
      head.u8(entry.storage.rawValue)
      head.u8(entry.flags)
      head.string(entry.parameters)
      entry.block.header.write(to: &head)
    }
    head.pad(toMultipleOf: PayloadFormat.alignment)
    try head.contents.withRawBytes(emit)
    for entry in entries { try entry.block.write(emit) }
  }
}
