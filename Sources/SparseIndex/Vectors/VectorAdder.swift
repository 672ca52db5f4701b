/// Adds whole vectors up: for each place the sum of their weights, as a map has them, and how many of
/// the vectors have a weight there. A place is a dimension's rank, or what a table says of the rank.
///
/// The sums are Float64, each in the order in which the vectors are added. It holds what vectors are
/// decoded into; one thread uses it at a time.
package struct VectorAdder: ~Copyable {
  private let map: WeightCurve
  /// The sections of the last vector.
  private var sections: SparseSections?
  /// The weight of each of their codes, mapped; and the same times the last vector's factor.
  private let mapped = UnsafeMutablePointer<Double>.allocate(capacity: codeCapacity)
  private let terms = UnsafeMutablePointer<Double>.allocate(capacity: codeCapacity)
  /// How many of them are set: as many as the bits of a code can say.
  private var termCount = 0
  /// The weights of the longest vector that there is room for.
  private var capacity = 0
  private var places = UnsafeMutablePointer<UInt32>.allocate(capacity: 0)
  private var codes = UnsafeMutablePointer<UInt8>.allocate(capacity: 0)
  private var weights = UnsafeMutablePointer<Float>.allocate(capacity: 0)

  /// As many as a byte can say.
  private static let codeCapacity = 256
  private static let minCapacity = 1024

  /// - Parameter map: the weights that stored ones stand for.
  package init(map: WeightCurve) { self.map = map }

  deinit {
    mapped.deallocate()
    terms.deallocate()
    places.deallocate()
    codes.deallocate()
    weights.deallocate()
  }

  /// Adds `factor` times each weight, mapped, of the vector of the point at `offset`, which must have
  /// one.
  /// - Parameters:
  ///   - indexes: the place of each rank of the segment; nil where the two are equal.
  ///   - sums: one for each place.
  ///   - counts: one for each place; that of a weight grows by 1.
  /// - Returns: how many weights there were.
  package mutating func add(
    _ sections: SparseSections, at offset: Int, indexes: UnsafePointer<UInt32>?, factor: Double,
    to sums: UnsafeMutablePointer<Double>, counts: UnsafeMutablePointer<UInt32>
  ) -> Int {
    let record = sections.vectors.record(at: offset)
    if record.count > capacity { reserve(record.count) }
    let (places, terms, codes, weights) = (self.places, self.terms, self.codes, self.weights)
    let count = record.decodeRanks(into: places)
    if let indexes {
      for position in 0..<count { places[position] = indexes[Int(places[position])] }
    }
    guard record.hasCodes else {
      record.decodeWeights(codebook: sections.postings.codebook, into: weights)
      let map = map
      for position in 0..<count {
        let place = Int(places[position])
        sums[place] += factor * map(weights[position])
        counts[place] &+= 1
      }
      return count
    }
    if self.sections !== sections { use(sections) }
    for code in 0..<termCount { terms[code] = factor * mapped[code] }
    record.decodeCodes(into: codes)
    for position in 0..<count {
      let place = Int(places[position])
      sums[place] += terms[Int(codes[position])]
      counts[place] &+= 1
    }
    return count
  }

  private mutating func use(_ sections: SparseSections) {
    self.sections = sections
    let codebook = sections.postings.codebook
    termCount = 1 << codebook.codeBitCount
    // Damaged codes may be any that their bits can say.
    for code in 0..<termCount {
      mapped[code] = map(code < codebook.codeCount ? codebook.lower[code] : 0)
    }
  }

  private mutating func reserve(_ count: Int) {
    capacity = max(count, 2 * capacity, Self.minCapacity)
    places.deallocate()
    codes.deallocate()
    weights.deallocate()
    places = .allocate(capacity: capacity)
    codes = .allocate(capacity: capacity)
    weights = .allocate(capacity: capacity)
  }
}
