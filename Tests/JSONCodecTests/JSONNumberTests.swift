import JSONCodec
import TestSupport
import Testing

@Suite struct JSONNumberTests {
  private func float(_ text: String) throws -> Float {
    try JSONReader.read(Array(text.utf8)) { (reader) throws(JSONError) in try reader.readFloat() }
  }

  private func double(_ text: String) throws -> Double {
    try JSONReader.read(Array(text.utf8)) { (reader) throws(JSONError) in try reader.readDouble() }
  }

  @Test func `floats are rounded once, from the decimal text`() throws {
    // Just above the midpoint between 1 and the next float, by less than a double can hold.
    #expect(try float("1.000000059604644775390626") == Float(1).nextUp)
    #expect(try float("1.000000059604644775390625") == 1)
    #expect(try float("1.00000005960464477539062") == 1)
    #expect(try float("16777217") == 16_777_216)
    #expect(try float("16777217.0000001") == 16_777_218)
    #expect(try float("1e-46") == 0)
    #expect(try float("1e-45") == Float.leastNonzeroMagnitude)
    #expect(try float("3.4028235e38") == Float.greatestFiniteMagnitude)
    #expect(throws: JSONError.self) { try float("3.5e38") }
    #expect(throws: JSONError.self) { try float("1e400") }
    #expect(try float("-0.0").sign == .minus)
  }

  @Test func `random decimal texts read as the standard library reads them`() throws {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<200_000 {
      let digitCount = Int.random(in: 1...22, using: &random)
      var digits = ""
      for _ in 0..<digitCount { digits += String(Int.random(in: 0...9, using: &random)) }
      let point = Int.random(in: 0..<digitCount, using: &random)
      var text = String(digits.prefix(point)).drop { $0 == "0" }
      if text.isEmpty { text = "0" }
      text += "." + digits.dropFirst(point)
      if Bool.random(using: &random) { text += "e\(Int.random(in: -50...50, using: &random))" }
      let expected = Double(text)!
      #expect(try double(String(text)).bitPattern == expected.bitPattern, "seed 1: \(text)")
      if let expected = Float(text), expected.isFinite {
        #expect(try float(String(text)).bitPattern == expected.bitPattern, "seed 1: \(text)")
      }
    }
  }

  @Test func `decimal texts near midpoints of floats are exact`() throws {
    var random = SeededGenerator(seed: 2)
    for _ in 0..<20_000 {
      let low = Float(bitPattern: UInt32.random(in: 0x3000_0000..<0x4F00_0000, using: &random))
      let middle = (Double(low) + Double(low.nextUp)) / 2
      for near in [middle.nextDown, middle, middle.nextUp] {
        let text = near.description
        #expect(try float(text).bitPattern == Float(text)!.bitPattern, "seed 2: \(text)")
      }
    }
  }

  @Test func `every kind of float survives writing and reading`() throws {
    var random = SeededGenerator(seed: 3)
    var values: [Float] = [
      0, -0.0, 1, -1, 0.1, 16_777_216, 1e10, .greatestFiniteMagnitude, .leastNonzeroMagnitude,
      .leastNormalMagnitude.nextDown,
    ]
    for _ in 0..<100_000 {
      let value = Float(bitPattern: UInt32.random(in: 0...(.max), using: &random))
      if value.isFinite { values.append(value) }
    }
    var writer = JSONWriter()
    writer.write(values)
    let read = try JSONReader.read(writer.bytes) { (reader) throws(JSONError) in
      try reader.readFloatArray()
    }
    #expect(read.map(\.bitPattern) == values.map(\.bitPattern))
  }
}
