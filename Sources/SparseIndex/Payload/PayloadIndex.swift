package import JSONCodec

/// The values of one indexed key for every point of a segment.
package struct PayloadIndex: Sendable {
  enum Content: Sendable {
    case none
    case column(PayloadColumn)
    case postings(TokenPostings)
  }

  /// The key path as text.
  package let key: String
  package let kind: PayloadIndexParameters.Kind
  /// The parameters of a text index as they were given; empty for others.
  let parameters: JSONObject
  let analysis: TextAnalysis?
  let pointCount: Int
  let content: Content
  let hasAllNumbers: Bool
  /// Whole numbers are in the index as the nearest doubles.
  let roundsNumbers: Bool
  /// Whether its texts were cut in another way than they would be now: it says nothing then.
  let isStale: Bool
  /// Whether it says how its texts were cut.
  let namesAnalysis: Bool

  // MARK: Filtering

  /// The answer of an index to a condition: points that pass, and points that have to be asked.
  struct Answer {
    var certain: PointMask
    var uncertain: PointMask?
  }

  /// Nil for conditions that look at values which are not in the index.
  func answer(_ predicate: ValuePredicate, for context: ReadContext) -> Answer? {
    guard canAnswer(predicate) else { return nil }
    switch content {
    case .none: return Answer(certain: PointMask(count: pointCount))
    case .postings(let postings): return answer(predicate, postings, context)
    case .column(let column):
      return mask(predicate, column, context).map { mask in
        roundsNumbers ? exactAnswer(mask, column) : Answer(certain: mask)
      }
    }
  }

  /// Leaves points with numbers that may have been rounded to be asked.
  private func exactAnswer(_ mask: PointMask, _ column: PayloadColumn) -> Answer {
    let large = column.mask(magnitudeFrom: 0x1p53)
    if large.isEmpty { return Answer(certain: mask) }
    var certain = mask
    certain.subtract(large)
    return Answer(certain: certain, uncertain: large)
  }

  private func canAnswer(_ predicate: ValuePredicate) -> Bool {
    switch (kind, predicate.condition) {
    case (.keyword, .matchValue(.string)), (.keyword, .matchPrefix), (.keyword, .matchSubstring),
      (.integer, .matchValue(.integer)), (.bool, .matchValue(.bool)), (.float, .range),
      (.datetime, .datetimeRange), (.geo, .geoBoundingBox), (.geo, .geoRadius),
      (.geo, .geoPolygon), (.text, .matchText), (.text, .matchTextAny), (.text, .matchPhrase):
      true
    case (.integer, .range): hasAllNumbers
    case (.keyword, .matchAny(let values)):
      values.allSatisfy { if case .string = $0 { true } else { false } }
    case (.integer, .matchAny(let values)):
      values.allSatisfy { if case .integer = $0 { true } else { false } }
    case (.uuid, _): predicate.exactUUIDs != nil
    default: false
    }
  }

  private func mask(
    _ predicate: ValuePredicate, _ column: PayloadColumn, _ context: ReadContext
  ) -> PointMask? {
    switch (kind, predicate.condition) {
    case (.geo, _): return geoMask(predicate, column, context)
    case (.uuid, _): return predicate.exactUUIDs.map { column.mask(entries: $0, for: context) }
    case (.datetime, .datetimeRange(let range)):
      var low = Int64.min
      var high = Int64.max
      if let gte = range.gte { low = max(low, gte) }
      if let gt = range.gt { low = max(low, gt == .max ? gt : gt + 1) }
      if let lte = range.lte { high = min(high, lte) }
      if let lt = range.lt { high = min(high, lt == .min ? lt : lt - 1) }
      // The bounds themselves are not dates that could be stored, so nothing is lost at the ends.
      return low <= high ? column.mask(integers: low...high) : PointMask(count: pointCount)
    default: return column.mask(predicate, for: context)
    }
  }

  private func geoMask(
    _ predicate: ValuePredicate, _ column: PayloadColumn, _ context: ReadContext
  ) -> PointMask {
    var mask = PointMask(count: pointCount)
    var meter = WorkMeter(context)
    let steps = predicate.steps
    for offset in 0..<pointCount {
      if meter.isOver() { break }
      let isInside = places(at: offset, column).contains {
        !meter.isOver(after: steps) && predicate.matchesPoint($0)
      }
      if isInside { mask[offset] = true }
    }
    return mask
  }

  private func answer(
    _ predicate: ValuePredicate, _ postings: TokenPostings, _ context: ReadContext
  ) -> Answer {
    guard let first = predicate.queryTokens.first else {
      return Answer(certain: PointMask(count: pointCount))
    }
    var mask = postings.mask(of: first)
    for token in predicate.queryTokens.dropFirst() {
      if context.isOver { break }
      if case .matchTextAny = predicate.condition {
        mask.formUnion(postings.mask(of: token))
      } else {
        mask.formIntersection(postings.mask(of: token))
      }
    }
    if predicate.queryTokens.count == 1 { return Answer(certain: mask) }
    switch predicate.condition {
    case .matchTextAny: return Answer(certain: mask)
    case .matchText:
      var uncertain = mask
      uncertain.formIntersection(postings.several)
      mask.subtract(uncertain)
      return Answer(certain: mask, uncertain: uncertain)
    default: return Answer(certain: PointMask(count: pointCount), uncertain: mask)
    }
  }

  // MARK: Values

  /// The indexed values of a point: strings, integers, doubles, booleans, lower-case UUIDs, or
  /// microseconds since 1970. Not for text and geo indexes.
  package func values(at offset: Int) -> [JSONValue] {
    guard case .column(let column) = content, kind != .geo else { return [] }
    switch column.state(at: offset) {
    case .missing, .null: return []
    default:
      let values = column.slots(at: offset).map { column.value(atSlot: $0) }
      // A column of whole numbers may serve as an index of floats.
      return kind == .float && column.kind == .integer ? values.flatMap(kind.indexed) : values
    }
  }

  /// The places of a point. For geo indexes.
  package func places(at offset: Int) -> [GeoPoint] {
    guard case .column(let column) = content, kind == .geo else { return [] }
    return places(at: offset, column)
  }

  private func places(at offset: Int, _ column: PayloadColumn) -> [GeoPoint] {
    let slots = column.slots(at: offset)
    return stride(from: slots.lowerBound, to: slots.upperBound - 1, by: 2).map {
      GeoPoint(
        longitude: Double(bitPattern: column.values[$0]),
        latitude: Double(bitPattern: column.values[$0 + 1]))
    }
  }

  /// How many of `points` have each value; a point counts once for a value it has several times.
  /// For keyword, integer, bool and uuid indexes.
  package func facetCounts(
    among points: PointMask, for context: ReadContext = .unlimited
  ) -> [(value: JSONValue, count: Int)] {
    guard case .column(let column) = content, kind != .geo else { return [] }
    /// A slot with the value, in how many points it is, and the last of them.
    var counts: [UInt64: (slot: Int, count: Int, point: Int)] = [:]
    var meter = WorkMeter(context)
    points.forEach(in: context, steps: 16) { offset in
      switch column.state(at: offset) {
      case .missing, .null: return
      default: break
      }
      for slot in column.slots(at: offset) {
        if meter.isOver(after: 32) { return }
        let value = column.values[slot]
        let known = counts[value]
        if known?.point == offset { continue }
        if known == nil, !context.take(Self.facetByteCount) { return }
        counts[value] = (known?.slot ?? slot, (known?.count ?? 0) + 1, offset)
      }
    }
    var values: [(value: JSONValue, count: Int)] = []
    for entry in counts.values {
      if meter.isOver(after: 64) { break }
      values.append((column.value(atSlot: entry.slot), entry.count))
    }
    return values
  }

  /// The bytes that a distinct value takes in the table and in the result, without its text.
  private static let facetByteCount = 160
}
