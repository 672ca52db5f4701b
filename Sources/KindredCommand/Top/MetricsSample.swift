import JSONCodec

/// The daemon's metrics at one moment, read from Prometheus' text format.
package struct MetricsSample: Sendable {
  package struct Value: Sendable {
    package var labels: [ByteString: String]
    package var value: Double
  }

  private var families: [ByteString: [Value]] = [:]

  package static let empty = MetricsSample("")

  /// Lines that are not samples are passed over.
  package init(_ text: String) {
    for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
      if line.first == UInt8(ascii: "#") { continue }
      guard let (name, value) = Self.sample(line) else { continue }
      families[ByteString(name), default: []].append(value)
    }
  }

  package subscript(name: String) -> [Value] { families[ByteString(name)] ?? [] }

  /// The sum over all labels; nil where there is no such metric.
  package func total(_ name: String) -> Double? {
    let values = self[name]
    return values.isEmpty ? nil : values.reduce(0) { $0 + $1.value }
  }

  /// `name{label="value",…} 1.5`
  private static func sample(_ line: Substring.UTF8View) -> (name: String, value: Value)? {
    var labels: [ByteString: String] = [:]
    var rest = line
    let name = rest.prefix { $0 != UInt8(ascii: "{") && $0 != UInt8(ascii: " ") }
    rest = rest.dropFirst(name.count)
    if rest.first == UInt8(ascii: "{") {
      rest = rest.dropFirst()
      while let byte = rest.first, byte != UInt8(ascii: "}") {
        let label = rest.prefix { $0 != UInt8(ascii: "=") }
        rest = rest.dropFirst(label.count + 1)
        guard rest.first == UInt8(ascii: "\"") else { return nil }
        rest = rest.dropFirst()
        var text: [UInt8] = []
        while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
          guard byte == UInt8(ascii: "\\") else {
            text.append(byte)
            continue
          }
          guard let escaped = rest.popFirst() else { return nil }
          text.append(escaped == UInt8(ascii: "n") ? UInt8(ascii: "\n") : escaped)
        }
        labels[ByteString(String(decoding: label, as: UTF8.self))] = String(
          decoding: text, as: UTF8.self)
        if rest.first == UInt8(ascii: ",") { rest = rest.dropFirst() }
      }
      rest = rest.dropFirst()
    }
    let number = rest.drop { $0 == UInt8(ascii: " ") }
    guard !name.isEmpty, let value = Double(String(decoding: number, as: UTF8.self)),
      !value.isNaN
    else { return nil }
    return (String(decoding: name, as: UTF8.self), Value(labels: labels, value: value))
  }
}
