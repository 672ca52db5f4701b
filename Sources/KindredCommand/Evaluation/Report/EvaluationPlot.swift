/// NDCG@10 as a picture in SVG: a line a method over the lengths of the query, or, where there is one
/// length, a bar a method; with 95 % intervals.
package struct EvaluationPlot: Sendable {
  package struct Series: Sendable {
    package var name: String
    /// One for each length; nil where nothing is known.
    package var estimates: [Estimate?]

    package init(name: String, estimates: [Estimate?]) {
      self.name = name
      self.estimates = estimates
    }
  }

  package var title: String
  package var lengths: [String]
  package var series: [Series]

  package init(title: String, lengths: [String], series: [Series]) {
    self.title = title
    self.lengths = lengths
    self.series = series
  }

  private static let width = 760.0
  private static let height = 460.0
  private static let plot = (left: 64.0, right: 650.0, top: 64.0, bottom: 400.0)
  /// Told apart also by people who see fewer colours (Okabe and Ito 2008).
  private static let colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#595959"]

  package var svg: String {
    var lines = [
      """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.number(Self.width)) \
      \(Self.number(Self.height))" width="\(Self.number(Self.width))" \
      height="\(Self.number(Self.height))" font-family="system-ui, sans-serif" font-size="13" \
      role="img">
      """,
      "<title>\(Self.escaped(title))</title>",
      "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>",
      Self.text(Self.plot.left, 28, "NDCG@10", size: 17, weight: 600),
      Self.text(Self.plot.left, 47, title, color: "#595959"),
    ]
    let top = Self.scaleTop(greatest)
    for tick in Self.ticks(to: top) {
      let y = Self.y(tick, top)
      lines.append(Self.line(Self.plot.left, y, Self.plot.right, y, color: "#e3e3e3"))
      lines.append(
        Self.text(Self.plot.left - 8, y + 4, Figures.fixed(tick, places: 2), anchor: "end"))
    }
    lines.append(
      Self.line(
        Self.plot.left, Self.plot.bottom, Self.plot.right, Self.plot.bottom, color: "#8a8a8a"))
    lines += lengths.count > 1 ? curves(top) : bars(top)
    return (lines + ["</svg>", ""]).joined(separator: "\n")
  }

  private func curves(_ top: Double) -> [String] {
    var lines: [String] = []
    let step = (Self.plot.right - Self.plot.left - 60) / Double(lengths.count - 1)
    func x(_ index: Int) -> Double { Self.plot.left + 30 + step * Double(index) }
    for (index, length) in lengths.enumerated() {
      lines.append(Self.text(x(index), Self.plot.bottom + 20, length, anchor: "middle"))
    }
    lines.append(
      Self.text(
        (Self.plot.left + Self.plot.right) / 2, Self.plot.bottom + 42, "ratings in the query",
        anchor: "middle", color: "#595959"))
    var labels: [(name: String, color: String, y: Double)] = []
    for (place, series) in series.enumerated() {
      let color = Self.color(place)
      // Side by side, so that intervals of the same length do not cover each other.
      let shift = (Double(place) - Double(self.series.count - 1) / 2) * 4
      let points = series.estimates.enumerated().compactMap { index, estimate in
        estimate.map { (x(index) + shift, $0) }
      }
      guard let last = points.last else { continue }
      let path = points.map { "\(Self.number($0.0)),\(Self.number(Self.y($0.1.value, top)))" }
        .joined(separator: " ")
      lines.append(
        "<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"2\"/>")
      for (x, estimate) in points {
        lines += Self.interval(x, estimate, top, color)
        lines.append(
          "<circle cx=\"\(Self.number(x))\" cy=\"\(Self.number(Self.y(estimate.value, top)))\" "
            + "r=\"3.5\" fill=\"\(color)\"/>")
      }
      labels.append((series.name, color, Self.y(last.1.value, top)))
    }
    for label in Self.spread(labels) {
      lines.append(
        Self.text(Self.plot.right + 10, label.y + 4, label.name, color: label.color, weight: 600))
    }
    return lines
  }

  private func bars(_ top: Double) -> [String] {
    var lines: [String] = []
    let step = (Self.plot.right - Self.plot.left) / Double(max(series.count, 1))
    for (place, series) in series.enumerated() {
      let middle = Self.plot.left + step * (Double(place) + 0.5)
      lines.append(Self.text(middle, Self.plot.bottom + 20, series.name, anchor: "middle"))
      guard let estimate = series.estimates.first ?? nil else { continue }
      let y = Self.y(estimate.value, top)
      let half = min(step * 0.3, 40)
      lines.append(
        "<rect x=\"\(Self.number(middle - half))\" y=\"\(Self.number(y))\" "
          + "width=\"\(Self.number(2 * half))\" "
          + "height=\"\(Self.number(Self.plot.bottom - y))\" fill=\"\(Self.color(place))\"/>")
      lines += Self.interval(middle, estimate, top, "#222222")
      let above = Self.y(estimate.value + (estimate.margin ?? 0), top)
      lines.append(
        Self.text(
          middle, above - 8, Figures.fixed(estimate.value, places: 3), anchor: "middle"))
    }
    if let length = lengths.first {
      lines.append(
        Self.text(
          (Self.plot.left + Self.plot.right) / 2, Self.plot.bottom + 42,
          "\(length == "all" ? "all" : length) ratings in the query", anchor: "middle",
          color: "#595959"))
    }
    return lines
  }

  // MARK: The scale

  /// The upper end of the greatest interval.
  private var greatest: Double {
    series.flatMap(\.estimates).compactMap { $0 }.map { $0.value + ($0.margin ?? 0) }.max() ?? 0
  }

  /// The next multiple of a tick's distance, which leaves room for a label.
  private static func scaleTop(_ greatest: Double) -> Double {
    let wanted = min(max(greatest * 1.08, 0.01), 1.2)
    let distance = tickDistance(wanted)
    return (wanted / distance).rounded(.up) * distance
  }

  private static func tickDistance(_ top: Double) -> Double {
    [0.005, 0.01, 0.02, 0.05, 0.1].first { top / $0 <= 8.5 } ?? 0.2
  }

  private static func ticks(to top: Double) -> [Double] {
    let distance = tickDistance(top)
    return stride(from: 0, through: top + distance / 2, by: distance).map { $0 }
  }

  private static func y(_ value: Double, _ top: Double) -> Double {
    plot.bottom - (plot.bottom - plot.top) * min(max(value / top, 0), 1)
  }

  /// Moves labels apart that would cover each other.
  private static func spread(
    _ labels: [(name: String, color: String, y: Double)]
  ) -> [(name: String, color: String, y: Double)] {
    let distance = 17.0
    var spread = labels.sorted { $0.y < $1.y }
    for index in spread.indices.dropFirst() {
      spread[index].y = max(spread[index].y, spread[index - 1].y + distance)
    }
    let excess = max((spread.last?.y ?? 0) - plot.bottom, 0)
    return spread.map { ($0.name, $0.color, $0.y - excess) }
  }

  // MARK: Elements

  private static func color(_ place: Int) -> String { colors[place % colors.count] }

  private static func interval(
    _ x: Double, _ estimate: Estimate, _ top: Double, _ color: String
  ) -> [String] {
    guard let margin = estimate.margin else { return [] }
    let (low, high) = (y(estimate.value - margin, top), y(estimate.value + margin, top))
    return [
      line(x, low, x, high, color: color, width: 1.5),
      line(x - 4, low, x + 4, low, color: color, width: 1.5),
      line(x - 4, high, x + 4, high, color: color, width: 1.5),
    ]
  }

  private static func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, color: String, width: Double = 1
  ) -> String {
    "<line x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" y2=\"\(number(y2))\" "
      + "stroke=\"\(color)\" stroke-width=\"\(number(width))\"/>"
  }

  private static func text(
    _ x: Double, _ y: Double, _ text: String, anchor: String = "start", size: Int = 13,
    color: String = "#222222", weight: Int = 400
  ) -> String {
    "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\" font-size=\"\(size)\" "
      + "fill=\"\(color)\" font-weight=\"\(weight)\">\(escaped(text))</text>"
  }

  private static func number(_ value: Double) -> String {
    Figures.short((value * 10).rounded() / 10)
  }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "&": escaped += "&amp;"
      case "\"": escaped += "&quot;"
      // XML has no way to write other control characters.
      case _ where scalar.value < 32 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
        escaped += " "
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
