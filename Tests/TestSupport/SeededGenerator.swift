/// SplitMix64 (Steele, Lea and Flood 2014): the same seed gives the same test everywhere.
///
/// Put `seed` into the test's name, its arguments, or the comment of an expectation, so that a
/// failure says how to repeat it.
package struct SeededGenerator: RandomNumberGenerator, Sendable, CustomStringConvertible {
  package let seed: UInt64
  private var state: UInt64

  package init(seed: UInt64) {
    self.seed = seed
    state = seed
  }

  /// A new seed every time, printed.
  package static func random(_ purpose: String = #function) -> SeededGenerator {
    let seed = UInt64.random(in: .min ... .max)
    print("\(purpose): seed \(seed)")
    return SeededGenerator(seed: seed)
  }

  package var description: String { "seed \(seed)" }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// True once in `count` times on average.
  package mutating func oneIn(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }

  package mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
  }
}
