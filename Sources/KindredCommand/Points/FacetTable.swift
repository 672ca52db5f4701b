/// Values and how many points have each.
package enum FacetTable {
  private static let longestBar = 40

  /// A row a value, with a bar as long as the count is to the greatest where there is room for one.
  package static func lines(
    _ key: String, _ hits: [(value: String, count: Int)], width: Int?
  ) -> [String] {
    var table = Table([.init(key), .init("points", .right)])
    table.rows = hits.map { [$0.value, Figures.grouped($0.count)] }
    let lines = table.lines(width: width)
    let used = lines.map { DisplayWidth.of($0) }.max() ?? 0
    let room = min((width ?? 80) - used - 2, longestBar)
    let greatest = hits.map(\.count).max() ?? 0
    guard room >= 5, greatest > 0 else { return lines }
    return [lines[0]]
      + zip(lines.dropFirst(), hits).map { line, hit in
        line + "  " + bar(Double(hit.count) / Double(greatest), room)
      }
  }

  /// In eighths of a column; the least count has one.
  private static func bar(_ fraction: Double, _ room: Int) -> String {
    let exact = min(max(fraction, 0), 1) * Double(room * 8)
    let eighths = max(Int(exactly: exact.rounded()) ?? 0, 1)
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
  }
}
