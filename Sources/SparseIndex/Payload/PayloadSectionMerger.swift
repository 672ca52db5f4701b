/// Makes one payload section of the points of several.
package enum PayloadSectionMerger {
  /// Where a point of the merged section comes from.
  package struct Source: Sendable {
    package var input: Int
    package var offset: Int

    package init(input: Int, offset: Int) {
      self.input = input
      self.offset = offset
    }
  }

  /// - Parameter order: the points of the merged section, by offset.
  package static func merge(_ inputs: [PayloadSection], order: [Source]) -> [UInt8] {
    var writer = PayloadSectionWriter()
    guard inputs.allSatisfy({ $0.overflow == nil }), let columns = columns(of: inputs, &writer)
    else {
      // Fields may move between columns and overflow: go through whole payloads.
      var writer = PayloadSectionWriter()
      for source in order { writer.append(inputs[source.input].payload(at: source.offset)) }
      return writer.finish()
    }
    for column in columns {
      var maps = Array(repeating: PayloadColumnWriter.CodeMap(), count: inputs.count)
      for (point, source) in order.enumerated() {
        guard let input = column.inputs[source.input] else { continue }
        column.writer.append(
          from: input, at: source.offset, to: point, map: &maps[source.input])
      }
    }
    writer.setPointCount(order.count)
    return writer.finish()
  }

  private typealias MergedColumn = (writer: PayloadColumnWriter, inputs: [PayloadColumn?])

  /// One for each field of the inputs; nil when there are too many.
  private static func columns(
    of inputs: [PayloadSection], _ writer: inout PayloadSectionWriter
  ) -> [MergedColumn]? {
    var merged: [MergedColumn] = []
    var known: Set<ObjectIdentifier> = []
    for input in inputs {
      for column in input.columns {
        guard let target = writer.column(named: column.name, near: merged.count) else { return nil }
        guard known.insert(ObjectIdentifier(target)).inserted else { continue }
        merged.append((target, inputs.map { $0.column(named: column.name) }))
      }
    }
    return merged
  }
}
