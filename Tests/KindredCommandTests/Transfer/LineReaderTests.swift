import KindredCommand
import TestSupport
import Testing

struct LineReaderTests {
  @Test(arguments: 0..<30)
  func `lines are those of the text, however it comes`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var text: [UInt8] = []
    for _ in 0..<Int.random(in: 0...40, using: &random) {
      text += Array(repeating: 0x61, count: Int.random(in: 0...100, using: &random))
      if Bool.random(using: &random) { text.append(0x0D) }
      if Bool.random(using: &random) { text.append(0x0A) }
    }
    var rest = text[...]
    let reader = LineReader(name: "text") { buffer in
      let room = min(rest.count, buffer.count)
      let count = room == 0 ? 0 : Int.random(in: 1...min(room, 30), using: &random)
      buffer.copyBytes(from: rest.prefix(count))
      rest = rest.dropFirst(count)
      return count
    }
    var lines: [[UInt8]] = []
    while let line = try reader.next() { lines.append(Array(line)) }
    var wanted = text.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
    if wanted.last == [] { wanted.removeLast() }
    wanted = wanted.map { $0.last == 0x0D ? Array($0.dropLast()) : $0 }
    #expect(lines == wanted, "\(random)")
    #expect(reader.number == lines.count)
  }
}
