/// Rows of text under headings, in columns as wide as their widest cell.
package struct Table: Sendable {
  package enum Alignment: Sendable {
    /// Text, which may be cut to fit.
    case left
    /// Numbers, which never are.
    case right
  }

  package struct Column: Sendable {
    package var heading: String
    package var alignment: Alignment

    package init(_ heading: String, _ alignment: Alignment = .left) {
      self.heading = heading
      self.alignment = alignment
    }
  }

  package var columns: [Column]
  /// Each with as many cells as there are columns.
  package var rows: [[String]] = []

  package init(_ columns: [Column]) { self.columns = columns }

  private static let gap = 2
  /// Text is cut to this before columns are left out.
  private static let usefulWidth = 8
  /// The first column of text is cut to this before others are left out.
  private static let readableWidth = 16

  /// The lines, without trailing spaces.
  /// - Parameter width: columns of the terminal; nil for no limit. Text is cut to fit, the last columns
  ///   of text are left out where that is not enough, and numbers stay whole even then.
  package func lines(width: Int? = nil) -> [String] {
    let cells = ([columns.map(\.heading)] + rows).map { $0.map(DisplayWidth.harmless) }
    let widths = widths(of: cells, fitting: width)
    return cells.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        guard let width = widths[column] else { continue }
        if !line.isEmpty { line += String(repeating: " ", count: Self.gap) }
        let cell = DisplayWidth.cut(cell, to: width)
        let padding = String(repeating: " ", count: max(width - DisplayWidth.of(cell), 0))
        line += columns[column].alignment == .left ? cell + padding : padding + cell
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  /// How wide each column is; nil where it is left out.
  private func widths(of cells: [[String]], fitting limit: Int?) -> [Int?] {
    var widths: [Int?] = columns.indices.map { column in
      cells.map { DisplayWidth.of($0[column]) }.max() ?? 0
    }
    guard let limit else { return widths }
    // The widths below which numbers would be cut, and text would say nothing.
    let least = columns.indices.map { column in
      columns[column].alignment == .right
        ? cells.dropFirst().map { DisplayWidth.of($0[column]) }.max() ?? 0
        : min(Self.usefulWidth, widths[column] ?? 0)
    }
    for column in columns.indices where columns[column].alignment == .left {
      widths[column] = widths[column].map { min($0, max(limit, least[column])) }
    }
    let text = columns.indices.filter { columns[$0].alignment == .left }
    let numbers = columns.indices.filter { columns[$0].alignment == .right }
    for group in [text, numbers] {
      while Self.total(widths) > limit, let widest = Self.widest(group, widths, above: least) {
        widths[widest] = widths[widest].map { $0 - 1 }
      }
    }
    // The first text says what a row is about: rather than make all of it hard to read, the others go.
    let natural =
      text.first.map { first in cells.map { DisplayWidth.of($0[first]) }.max() ?? 0 } ?? 0
    for column in text.dropFirst().reversed() {
      guard let first = text.first, let width = widths[first],
        Self.total(widths) > limit || width < min(natural, Self.readableWidth)
      else { break }
      widths[column] = nil
      widths[first] = min(natural, max(width, width + limit - Self.total(widths)))
    }
    while Self.total(widths) > limit,
      let widest = Self.widest(text, widths, above: columns.map { _ in 1 })
    {
      widths[widest] = widths[widest].map { $0 - 1 }
    }
    return widths
  }

  private static func total(_ widths: [Int?]) -> Int {
    let shown = widths.compactMap { $0 }
    return shown.reduce(0, +) + gap * max(shown.count - 1, 0)
  }

  private static func widest(_ group: [Int], _ widths: [Int?], above least: [Int]) -> Int? {
    group.filter { (widths[$0] ?? 0) > least[$0] }.max { widths[$0]! < widths[$1]! }
  }
}
