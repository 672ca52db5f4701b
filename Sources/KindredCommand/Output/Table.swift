/// Rows of text under headings, in columns as wide as their widest cell.
package struct Table: Sendable {
  package enum Alignment: Sendable {
    case left, right
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

  /// The lines, without trailing spaces.
  /// - Parameter width: cut lines that are longer than this many characters; nil for no limit.
  package func lines(width: Int? = nil) -> [String] {
    let headings = columns.map(\.heading)
    let widths = columns.indices.map { column in
      ([headings] + rows).map { $0[column].count }.max() ?? 0
    }
    return ([headings] + rows).map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        if column > 0 { line += "  " }
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        line += columns[column].alignment == .left ? cell + padding : padding + cell
      }
      while line.last == " " { line.removeLast() }
      if let width, line.count > width { line = line.prefix(max(width - 1, 0)) + "…" }
      return line
    }
  }
}
