import StorageIO
import Testing

@Suite("Gzip") struct GzipTests {
  /// The bytes before they were compressed; nil when they are not gzip.
  private func inflated(_ bytes: [UInt8]) -> [UInt8]? {
    guard let stream = InflateStream(.gzip) else { return nil }
    var rest = bytes[...]
    var plain: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1000)
    while true {
      let (outcome, taken, made) = rest.withUnsafeBytes { input in
        piece.withUnsafeMutableBytes { stream.step(input, into: $0) }
      }
      rest = rest.dropFirst(taken)
      plain += piece[..<made]
      switch outcome {
      case .end: return rest.isEmpty ? plain : nil
      case .damaged: return nil
      case .more: continue
      }
    }
  }

  @Test(arguments: [21, 100, 4096, 1_000_000])
  func `what repeats gets shorter, and comes back`(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 % 7) }
    guard let compressed = Gzip.compressed(bytes) else {
      // Frame and checksum take more than so little saves.
      return #expect(count < 100)
    }
    #expect(compressed.count < bytes.count)
    #expect(inflated(compressed) == bytes)
  }

  @Test(arguments: [0, 1, 2, 17, 1000, 100_000])
  func `what would not get shorter stays as it is`(count: Int) {
    var generator = SystemRandomNumberGenerator()
    let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    #expect(Gzip.compressed(bytes) == nil)
  }
}
