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
    guard inputs.allSatisfy({ $0.overflow == nil }), makeColumns(of: inputs, &writer) else {
      // Fields may move between columns and overflow: go through whole payloads.
      var writer = PayloadSectionWriter()
      for source in order { writer.append(inputs[source.input].payload(at: source.offset)) }
      return writer.finish()
    }
    for index in writer.columns.indices {
      let name = writer.columns[index].name
      let columns = inputs.map { $0.column(named: name) }
      var maps = Array(repeating: PayloadColumnWriter.CodeMap(), count: inputs.count)
      for (point, source) in order.enumerated() {
        guard let column = columns[source.input] else { continue }
        writer.columns[index].append(
          from: column, at: source.offset, to: point, map: &maps[source.input])
      }
    }
    writer.setPointCount(order.count)
    return writer.finish()
  }

  /// Makes a column for each field of the inputs; false when there are too many.
  private static func makeColumns(
    of inputs: [PayloadSection], _ writer: inout PayloadSectionWriter
  ) -> Bool {
    for input in inputs {
      for column in input.columns {
        guard writer.column(named: column.name, near: writer.columns.count) != nil else {
          return false
        }
      }
    }
    return true
  }
}
