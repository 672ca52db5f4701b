/// Numbers as people read them; the same on every machine, whatever its locale.
package enum Figures {
  /// `993,403`
  package static func grouped(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return value < 0 ? "-" + text : text
  }

  /// `20.023878`, rounded half away from zero. For values whose digits before the point fit `Int64`
  /// with the places.
  package static func fixed(_ value: Double, places: Int) -> String {
    guard value.isFinite, value.magnitude < 1e12, (0...6).contains(places) else {
      return "\(value)"
    }
    var scale: Int64 = 1
    for _ in 0..<places { scale *= 10 }
    let scaled = Int64((value.magnitude * Double(scale)).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard places > 0 else { return "\(sign)\(scaled)" }
    let fraction = String(scaled % scale)
    let zeros = String(repeating: "0", count: places - fraction.count)
    return "\(sign)\(scaled / scale).\(zeros)\(fraction)"
  }

  /// `0.4 s`, `12 s`, `3 min 05 s`, `2 h 07 min`
  package static func duration(_ seconds: Double) -> String {
    guard seconds >= 10 else { return fixed(max(seconds, 0), places: 1) + " s" }
    let whole = Int(seconds.rounded())
    func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(padded(whole % 60)) s" }
    return "\(whole / 3600) h \(padded(whole % 3600 / 60)) min"
  }

  /// `812 B`, `1.4 MB`
  package static func bytes(_ count: Int) -> String {
    var value = Double(count)
    for unit in ["B", "kB", "MB", "GB"] {
      if value < 1000 { return unit == "B" ? "\(count) B" : "\(fixed(value, places: 1)) \(unit)" }
      value /= 1000
    }
    return "\(fixed(value, places: 1)) TB"
  }
}
