/// How often weights occur. A bin holds the weights whose Float32 has the same sign, exponent and first 11
/// bits of the fraction: whole numbers up to 4,096 have a bin each, others share one with those that differ
/// from them by less than a 2,048th.
///
/// Histograms of parts, added, are the histogram of the whole.
package struct WeightHistogram: Sendable {
  package struct Bin: Equatable, Sendable {
    /// The weight of the bin that is nearest to 0.
    package let weight: Float
    package let count: Int

    package init(weight: Float, count: Int) {
      self.weight = weight
      self.count = count
    }
  }

  /// For each page of bins where its counts begin; negative where nothing was counted.
  private var pages = [Int32](repeating: -1, count: 1 << (keyBitCount - pageBitCount))
  private var counts: [Int] = []

  private static let keyBitCount = 20
  private static let pageBitCount = 10
  private static let droppedBitCount = UInt32(32 - keyBitCount)

  package init() {}

  /// - Parameter count: negative for weights that are no longer there.
  @inline(__always)
  package mutating func add(_ weight: Float, count: Int = 1) {
    let key = Self.key(of: weight)
    let page = key >> Self.pageBitCount
    if pages[page] < 0 {
      pages[page] = Int32(truncatingIfNeeded: counts.count)
      counts.append(contentsOf: repeatElement(0, count: 1 << Self.pageBitCount))
    }
    counts[Int(pages[page]) + key & (1 << Self.pageBitCount - 1)] &+= count
  }

  /// The bins that hold anything, ascending.
  package var bins: [Bin] {
    var bins: [Bin] = []
    for (page, start) in pages.enumerated() where start >= 0 {
      for index in 0..<1 << Self.pageBitCount where counts[Int(start) + index] > 0 {
        bins.append(
          Bin(
            weight: Self.weight(of: page << Self.pageBitCount + index),
            count: counts[Int(start) + index]))
      }
    }
    return bins
  }

  /// The greatest distance of two weights of a bin, where no weight is greater than this.
  package static func binWidth(at magnitude: Float) -> Double {
    Double(magnitude.ulp) * Double(1 << droppedBitCount)
  }

  /// Ascends as weights do. Both zeros and what is too small for a bin of its own have one.
  @inline(__always)
  private static func key(of weight: Float) -> Int {
    let magnitude = weight.magnitude.bitPattern >> droppedBitCount
    let zero = 1 << (keyBitCount - 1)
    return weight.sign == .minus && magnitude > 0
      ? zero - 1 - Int(magnitude) : zero + Int(magnitude)
  }

  private static func weight(of key: Int) -> Float {
    let zero = 1 << (keyBitCount - 1)
    let magnitude = key < zero ? zero - 1 - key : key - zero
    let weight = Float(bitPattern: UInt32(truncatingIfNeeded: magnitude) << droppedBitCount)
    return key < zero ? -weight : weight
  }
}
