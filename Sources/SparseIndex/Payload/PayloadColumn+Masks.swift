internal import CKernels
internal import JSONCodec

/// Which points of a typed column pass a condition, found without building values.
extension PayloadColumn {
  /// Points for which `predicate` holds; nil when the column has to be read value by value.
  func mask(_ predicate: ValuePredicate, for context: ReadContext) -> PointMask? {
    guard !kind.isText else { return nil }
    switch predicate.condition {
    case .isEmpty(let isEmpty):
      var mask = emptyMask()
      if !isEmpty { mask.invert() }
      return mask
    case .isNull(let isNull):
      var mask = nullMask()
      if !isNull { mask.invert() }
      return mask
    case .valuesCount(let range):
      guard hasArrays else {
        var mask = range.contains(1) ? valueMask() : PointMask(count: pointCount)
        if range.contains(0) {
          var absent = valueMask()
          absent.invert()
          mask.formUnion(absent)
        }
        return mask
      }
      var mask = PointMask(count: pointCount)
      mask.fillWords { word in
        bits(ofWord: word) { range.contains(slots(at: $0).count) }
      }
      return mask
    default: break
    }
    guard let slots = slotWords(predicate, context) else { return nil }
    return pointMask(slots)
  }

  /// Points with a value among these entries, byte for byte. For dictionary columns.
  func mask(entries: [String], for context: ReadContext) -> PointMask {
    pointMask(codeWords(entries: entries, context))
  }

  /// Points with a value in the range. For integer columns.
  func mask(integers range: ClosedRange<Int64>) -> PointMask { pointMask(integerWords(range)) }

  /// Points whose value is missing, null or `[]`.
  func emptyMask() -> PointMask {
    guard hasArrays else {
      var mask = valueMask()
      mask.invert()
      return mask
    }
    var mask = PointMask(count: pointCount)
    mask.fillWords { word in bits(ofWord: word) { slots(at: $0).isEmpty } }
    return mask
  }

  /// Points that have a value other than null.
  private func valueMask() -> PointMask {
    var mask = presentMask()
    mask.subtract(nullMask())
    return mask
  }

  private func bits(ofWord word: Int, _ isMember: (Int) -> Bool) -> UInt64 {
    var bits: UInt64 = 0
    for offset in word * 64..<min(word * 64 + 64, pointCount) where isMember(offset) {
      bits |= 1 << UInt64(offset & 63)
    }
    return bits
  }

  /// From slots that pass to points that own one.
  private func pointMask(_ slotWords: [UInt64]) -> PointMask {
    if hasArrays {
      var mask = PointMask(count: pointCount)
      guard slotWords.contains(where: { $0 != 0 }) else { return mask }
      mask.fillWords { word in
        bits(ofWord: word) { offset in
          slots(at: offset).contains { slotWords[$0 >> 6] >> UInt64($0 & 63) & 1 == 1 }
        }
      }
      return mask
    }
    var mask = PointMask(count: pointCount, words: slotWords)
    if hasIdleSlots { mask.formIntersection(valueMask()) }
    return mask
  }

  // MARK: Slots

  /// A bit for each slot whose value passes.
  private func slotWords(_ predicate: ValuePredicate, _ context: ReadContext) -> [UInt64]? {
    switch kind {
    case .dictionary: return codeWords(predicate, context)
    case .integer:
      switch predicate.condition {
      case .matchValue(.integer(let integer)): return integerWords(integer...integer)
      case .range(let range): return range.integers.map(integerWords) ?? noWords
      default: break
      }
      if let table = integerTable(predicate) { return tableWords(table) }
    case .float:
      if case .range(let range) = predicate.condition { return doubleWords(range) }
    case .bool:
      let passes = [false, true].map { predicate.matchesElement(.bool($0)) }
      return tableWords([passes[0] ? 1 : 0] + Array(repeating: passes[1] ? 1 : 0, count: 255))
    default: break
    }
    return words(context) { predicate.matchesElement(value(atSlot: $0)) }
  }

  private var noWords: [UInt64] { Array(repeating: 0, count: (values.count + 63) / 64) }

  private func words(_ context: ReadContext, _ passes: (Int) -> Bool) -> [UInt64] {
    var words = noWords
    var meter = WorkMeter(context)
    for slot in 0..<values.count {
      if meter.isOver(after: 16) { break }
      if passes(slot) { words[slot >> 6] |= 1 << UInt64(slot & 63) }
    }
    return words
  }

  /// Asks the predicate once for each entry, or finds the entry where it must be equal to one.
  private func codeWords(_ predicate: ValuePredicate, _ context: ReadContext) -> [UInt64] {
    if let wanted = predicate.exactStrings { return codeWords(entries: wanted, context) }
    var table = [UInt8](repeating: 0, count: entryCount)
    var meter = WorkMeter(context)
    for code in table.indices {
      let text = entry(code)
      if meter.isOver(after: 32 + text.utf8.count) { break }
      if predicate.matchesElement(.string(text)) { table[code] = 1 }
    }
    return tableWords(table)
  }

  private func codeWords(entries: [String], _ context: ReadContext) -> [UInt64] {
    var codes: [Int] = []
    var meter = WorkMeter(context)
    for entry in entries {
      if meter.isOver(after: 256 + entry.utf8.count) { break }
      if let code = code(of: entry) { codes.append(code) }
    }
    if codes.isEmpty { return noWords }
    if codes.count == 1 { return rangeWords(low: UInt64(codes[0]), high: UInt64(codes[0])) }
    var table = [UInt8](repeating: 0, count: entryCount)
    for code in codes { table[code] = 1 }
    return tableWords(table)
  }

  /// The answer for every integer that slots can stand for, where those are few.
  private func integerTable(_ predicate: ValuePredicate) -> [UInt8]? {
    guard values.width == 1 || (values.width == 2 && values.count > 1 << 15) else { return nil }
    return (0..<1 << (values.width * 8)).map {
      predicate.matchesElement(.integer(frameBase &+ Int64($0))) ? 1 : 0
    }
  }

  private func tableWords(_ table: [UInt8]) -> [UInt64] {
    if !table.contains(1) { return noWords }
    return fill { bytes, words in
      switch values.width {
      case 1: sparse_mask_table_u8(bytes, values.count, table, words)
      case 2: sparse_mask_table_u16(bytes, values.count, table, words)
      case 4: sparse_mask_table_u32(bytes, values.count, table, words)
      default: sparse_mask_table_u64(bytes, values.count, table, words)
      }
    }
  }

  private func integerWords(_ range: ClosedRange<Int64>) -> [UInt64] {
    guard range.upperBound >= frameBase else { return noWords }
    let low = UInt64(bitPattern: max(range.lowerBound, frameBase) &- frameBase)
    return rangeWords(low: low, high: UInt64(bitPattern: range.upperBound &- frameBase))
  }

  private func rangeWords(low: UInt64, high: UInt64) -> [UInt64] {
    let largest = values.width == 8 ? UInt64.max : 1 << UInt64(values.width * 8) - 1
    guard low <= largest else { return noWords }
    let span = min(high, largest) - low
    return fill { bytes, words in
      switch values.width {
      case 1: sparse_mask_range_u8(bytes, values.count, UInt8(low), UInt8(span), words)
      case 2: sparse_mask_range_u16(bytes, values.count, UInt16(low), UInt16(span), words)
      case 4: sparse_mask_range_u32(bytes, values.count, UInt32(low), UInt32(span), words)
      default: sparse_mask_range_u64(bytes, values.count, low, span, words)
      }
    }
  }

  /// Points with a value of at least this magnitude. For float columns.
  func mask(magnitudeFrom least: Double) -> PointMask {
    var mask = pointMask(doubleWords(NumberRange(gte: .double(least))))
    mask.formUnion(pointMask(doubleWords(NumberRange(lte: .double(-least)))))
    return mask
  }

  private func doubleWords(_ range: NumberRange) -> [UInt64] {
    var low = -Double.infinity
    var high = Double.infinity
    if let gt = range.gt { low = max(low, gt.greatestDoubleNotAbove.nextUp) }
    if let gte = range.gte { low = max(low, gte.leastDoubleNotBelow) }
    if let lt = range.lt { high = min(high, lt.leastDoubleNotBelow.nextDown) }
    if let lte = range.lte { high = min(high, lte.greatestDoubleNotAbove) }
    return fill { bytes, words in
      sparse_mask_range_f64(bytes, values.count, low, high, words)
    }
  }

  private func fill(
    _ body: (UnsafeRawPointer, UnsafeMutablePointer<UInt64>) -> Void
  ) -> [UInt64] {
    let wordCount = (values.count + 63) / 64
    return Array(unsafeUninitializedCapacity: wordCount) { buffer, count in
      // Every word is written; an empty column has none.
      if let start = buffer.baseAddress, wordCount > 0 {
        values.bytes.withUnsafeBytes { bytes in
          if let first = bytes.baseAddress { body(first, start) }
        }
      }
      count = wordCount
    }
  }
}
