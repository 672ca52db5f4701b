import JSONCodec
import TestSupport
import Testing

@Suite struct JSONWriterTests {
  @Test func `numbers print as clients expect them`() {
    let value: JSONValue = [
      1, -7, 1.0, -0.5, 0.1, 1e21, .unsigned(.max), .integer(.min), .double(.infinity), -0.0,
    ]
    #expect(
      value.description
        == "[1,-7,1.0,-0.5,0.1,1e+21,18446744073709551615,-9223372036854775808,null,-0.0]")
    var writer = JSONWriter()
    writer.write([1, 0.1, -2.5, 1e-10, 16_777_216, .nan] as [Float])
    #expect(String(decoding: writer.bytes, as: UTF8.self) == "[1.0,0.1,-2.5,1e-10,16777216.0,null]")
  }

  @Test func `whole numbers have as many digits as they need`() {
    var numbers: [UInt32] = [0, .max]
    for digitCount in 1..<10 {
      let least = UInt32("1" + String(repeating: "0", count: digitCount))!
      numbers += [least - 1, least, least + 1]
    }
    var writer = JSONWriter()
    writer.beginArray()
    writer.write(numbers)
    writer.write([] as [UInt32])
    writer.endArray()
    #expect(
      String(decoding: writer.bytes, as: UTF8.self)
        == "[[\(numbers.map(String.init).joined(separator: ","))],[]]")
  }

  @Test func `strings are escaped where they must be`() {
    let value: JSONValue = .string("\"\\/\u{8}\u{C}\n\r\t\u{1}\u{1F}\u{7F}é😀")
    #expect(value.description == "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\u{7F}é😀\"")
  }

  @Test func `commas fall where they are due`() {
    var writer = JSONWriter()
    writer.beginObject()
    writer.name("a")
    writer.write([1, 2] as [UInt32])
    writer.name("b")
    writer.beginArray()
    writer.write(true)
    writer.null()
    writer.beginObject()
    writer.endObject()
    writer.beginArray()
    writer.endArray()
    writer.write("x")
    writer.endArray()
    writer.name("c")
    [UInt8]("[0]".utf8).withUnsafeBytes { writer.write(rawValue: $0) }
    writer.name("d")
    writer.write(120)
    writer.endObject()
    #expect(
      String(decoding: writer.bytes, as: UTF8.self)
        == #"{"a":[1,2],"b":[true,null,{},[],"x"],"c":[0],"d":120}"#)
  }

  @Test func `fragments take the commas that are due`() {
    var writer = JSONWriter()
    writer.beginArray()
    for number in 0..<3 {
      writer.fragment(#"{"id":"#)
      writer.write(number)
      writer.fragment(#","score":"#)
      writer.write(0.5)
      if number == 1 {
        writer.name("more")
        writer.null()
      }
      writer.endObject()
    }
    writer.endArray()
    #expect(
      String(decoding: writer.bytes, as: UTF8.self)
        == #"[{"id":0,"score":0.5},{"id":1,"score":0.5,"more":null},{"id":2,"score":0.5}]"#)
  }

  @Test(arguments: 0..<200)
  func `random values survive writing and reading`(_ seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let value = JSONValue.random(depth: 4, using: &random)
    #expect(try JSONValue.parse(value.encoded) == value, "seed \(seed)")
  }
}
