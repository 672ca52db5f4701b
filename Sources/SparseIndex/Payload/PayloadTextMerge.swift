internal import JSONCodec
internal import StorageIO

/// The content that one input of a merge has for a column of JSON texts.
enum PayloadTexts {
  case none
  /// A raw or overflow column, taken over as it is.
  case stored(PayloadColumn)
  /// A typed column, made into text.
  case values(PayloadColumn)
  /// The keys that have no column in the merged section.
  case rest(PayloadRest)

  /// The text of the point at `offset`, empty when it has none; valid during the call.
  func withText<R>(
    at offset: Int, _ scratch: inout JSONWriter,
    _ body: (UnsafeRawBufferPointer) throws(StorageError) -> R
  ) throws(StorageError) -> R {
    scratch.removeAll()
    switch self {
    case .none: break
    case .stored(let column): return try column.withText(at: offset, body)
    case .values(let column): column.writeValue(at: offset, to: &scratch)
    case .rest(let rest): rest.write(at: offset, to: &scratch)
    }
    return try scratch.bytes.withRawBytes(body)
  }

  func byteCount(at offset: Int, _ scratch: inout JSONWriter) -> Int {
    if case .stored(let column) = self { return column.textByteCount(at: offset) }
    scratch.removeAll()
    switch self {
    case .none, .stored: break
    case .values(let column): column.writeValue(at: offset, to: &scratch)
    case .rest(let rest): rest.write(at: offset, to: &scratch)
    }
    return scratch.bytes.count
  }
}

/// The part of an input's payloads that goes into the overflow column: its own overflow without the
/// keys that have got a column, and the columns that have lost theirs.
struct PayloadRest {
  var columns: [PayloadColumn] = []
  var overflow: PayloadColumn?
  var leftOut: Set<ByteString> = []

  func write(at offset: Int, to writer: inout JSONWriter) {
    var members: [JSONObject.Member] = []
    for column in columns {
      if let value = column.value(at: offset) {
        members.append(.init(name: column.name, value: value))
      }
    }
    if case .object(let object) = overflow?.value(at: offset) {
      members += object.members.filter { !leftOut.contains(ByteString($0.name)) }
    }
    if !members.isEmpty { writer.write(JSONObject(uniqueMembers: members)) }
  }
}

/// A column of JSON texts made of those of several inputs.
struct PayloadTextMerge: PayloadBlock {
  let header: PayloadColumnHeader
  private let inputs: [PayloadTexts]
  private let sources: [MergeOrder.Source]

  /// Nil when no point has a text.
  init?(_ inputs: [PayloadTexts], sources: [MergeOrder.Source], kind: PayloadColumnKind) {
    self.inputs = inputs
    self.sources = sources
    var scratch = JSONWriter()
    var byteCount = 0
    for source in sources {
      byteCount += inputs[Int(source.input)].byteCount(at: Int(source.offset), &scratch)
    }
    guard byteCount > 0 else { return nil }
    let width = PackedIntegers.boundWidth(byteCount)
    header = PayloadColumnHeader(
      kind: kind, boundWidth: width,
      byteCount: SectionPieces.packedByteCount(sources.count + 1, width: width)
        + SectionPieces.padded(byteCount))
  }

  func write(_ emit: Emit) throws(StorageError) {
    var pieces = SectionPieces()
    var scratch = JSONWriter()
    var end = 0
    try pieces.packed(0, width: header.boundWidth, emit)
    for source in sources {
      end += inputs[Int(source.input)].byteCount(at: Int(source.offset), &scratch)
      try pieces.packed(UInt64(end), width: header.boundWidth, emit)
    }
    pieces.pad()
    for source in sources {
      try inputs[Int(source.input)].withText(at: Int(source.offset), &scratch) {
        (text) throws(StorageError) in try pieces.bytes(text, emit)
      }
    }
    pieces.pad()
    try pieces.end(emit)
  }
}
