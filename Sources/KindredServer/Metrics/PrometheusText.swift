import Kindred

/// Writes metrics in Prometheus' text format, version 0.0.4.
struct PrometheusText {
  private(set) var text = ""

  static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  mutating func family(_ name: String, _ type: String, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
  }

  mutating func sample(
    _ name: String, _ labels: [(String, String)] = [], _ value: some CustomStringConvertible
  ) {
    text += name
    if !labels.isEmpty {
      text += "{"
      text += labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
      text += "}"
    }
    text += " \(value)\n"
  }

  /// A family with a single sample.
  mutating func single(
    _ name: String, _ type: String, _ help: String, _ value: some CustomStringConvertible
  ) {
    family(name, type, help)
    sample(name, [], value)
  }

  /// The samples of a histogram, its counts added up as the format wants them.
  mutating func histogram(
    _ name: String, _ labels: [(String, String)], _ histogram: DurationHistogram
  ) {
    var cumulative = 0
    for (index, count) in histogram.counts.enumerated() {
      cumulative += count
      let bound = index < histogram.bounds.count ? String(histogram.bounds[index]) : "+Inf"
      sample(name + "_bucket", labels + [("le", bound)], cumulative)
    }
    sample(name + "_sum", labels, histogram.seconds)
    sample(name + "_count", labels, cumulative)
  }

  private static func escaped(_ value: String) -> String {
    var result = ""
    for character in value {
      switch character {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      default: result.append(character)
      }
    }
    return result
  }
}
