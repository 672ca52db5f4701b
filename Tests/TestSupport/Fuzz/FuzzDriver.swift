internal import StorageIO

/// Runs a fuzz target on its corpus and on seeded mutations of it. The plain sibling of libFuzzer,
/// which `tools/torture --fuzz` uses: it needs no instrumentation and repeats by its seed.
package struct FuzzDriver {
  private let target: FuzzTarget
  private let corpus: [[UInt8]]
  private var random: SeededGenerator

  package init(_ target: FuzzTarget, seed: UInt64) {
    self.target = target
    corpus = target.corpus
    random = SeededGenerator(seed: seed)
  }

  /// - Returns: how many inputs were run.
  package mutating func run(count: Int) -> Int {
    for bytes in corpus { target.run(SharedBytes(bytes)) }
    for _ in 0..<count { target.run(SharedBytes(mutant())) }
    return corpus.count + count
  }

  private mutating func mutant() -> [UInt8] {
    var bytes = corpus.randomElement(using: &random)!
    for _ in 0..<Int.random(in: 1...6, using: &random) { mutate(&bytes) }
    return bytes
  }

  private mutating func mutate(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else {
      return bytes = random.bytes(Int.random(in: 0..<40, using: &random))
    }
    let place = Int.random(in: 0..<bytes.count, using: &random)
    let end = min(bytes.count, place + Int.random(in: 1...32, using: &random))
    switch Int.random(in: 0..<8, using: &random) {
    case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1: bytes[place] = [0, 1, 0x7F, 0x80, 0xFF, 0x22, 0x5C].randomElement(using: &random)!
    case 2: bytes.removeSubrange(place..<end)
    case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
    case 4:
      bytes.insert(contentsOf: random.bytes(Int.random(in: 1...8, using: &random)), at: place)
    case 5: overwrite(&bytes, at: place)
    case 6:
      let other = corpus.randomElement(using: &random)!
      guard !other.isEmpty else { return }
      let start = Int.random(in: 0..<other.count, using: &random)
      bytes.replaceSubrange(place..<end, with: other[start..<min(other.count, start + 32)])
    default: bytes.removeLast(bytes.count - place)
    }
  }

  /// A number at the edge of what fits, or next to the one that was there.
  private mutating func overwrite(_ bytes: inout [UInt8], at place: Int) {
    let width = [2, 4, 8].randomElement(using: &random)!
    guard place + width <= bytes.count else { return }
    let present = (0..<width).reduce(UInt64(0)) { $0 | UInt64(bytes[place + $1]) << UInt64($1 * 8) }
    let value: UInt64 = [
      0, 1, .max, UInt64(Int64.max), 1 << 31, 1 << 32, 0x7FC0_0000, UInt64(bytes.count),
      present &+ 1, present &- 1, present &* 2,
    ].randomElement(using: &random)!
    for index in 0..<width {
      bytes[place + index] = UInt8(truncatingIfNeeded: value >> UInt64(index * 8))
    }
  }
}
