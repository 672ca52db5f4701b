/// The similarity of two dense vectors, as one Float32: larger is always better.
///
/// | distance  | similarity                     | shown to clients as |
/// |-----------|--------------------------------|---------------------|
/// | dot       | the dot product                | itself              |
/// | cosine    | the dot product (see below)    | itself              |
/// | euclid    | minus the squared distance     | the distance        |
/// | manhattan | minus the distance             | the distance        |
///
/// Cosine expects both sides to have gone through `cosineNormalized`: stored vectors when they are
/// written (that is what clients get back), queries when they are searched with.
///
/// Every sum is taken in the same order whatever the layout: 16 lanes stride over the components and
/// are added pairwise at the end, then the tail one by one. So a score has the same bits in a
/// memtable, in a segment, and in a test.
package enum DenseSimilarity {
  package typealias Distance = DenseVectorParameters.Distance

  /// - Precondition: both point to `size` components.
  @inline(__always)
  package static func similarity(
    _ distance: Distance, _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, size: Int
  ) -> Float {
    let similarity =
      switch distance {
      case .dot, .cosine: dot(left, right, size: size)
      case .euclid: -squaredDistance(left, right, size: size)
      case .manhattan: -absoluteDistance(left, right, size: size)
      }
    return similarity.orSaturated(exactSimilarity(distance, left, right, size: size))
  }

  /// In Float64, for what overflows Float32 on the way.
  private static func exactSimilarity(
    _ distance: Distance, _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, size: Int
  ) -> Double {
    var sum = 0.0
    for index in 0..<size {
      let (left, right) = (Double(left[index]), Double(right[index]))
      switch distance {
      case .dot, .cosine: sum += left * right
      case .euclid: sum -= (left - right) * (left - right)
      case .manhattan: sum -= abs(left - right)
      }
    }
    return sum
  }

  package static func similarity(_ distance: Distance, _ left: [Float], _ right: [Float]) -> Float {
    precondition(left.count == right.count)
    return left.withUnsafeBufferPointer { left in
      right.withUnsafeBufferPointer { right in
        guard let leftBase = left.baseAddress, let rightBase = right.baseAddress else { return 0 }
        return similarity(distance, leftBase, rightBase, size: left.count)
      }
    }
  }

  /// Max-sim: for every row of the query its best similarity among the point's rows, summed.
  /// - Parameter meter: asked on the way, as rows may be many; the sum means nothing once it is over.
  /// - Precondition: `rows` points to `rowCount * size` components, row after row; `rowCount` ≥ 1.
  package static func maxSimilarity(
    _ distance: Distance, query: [[Float]], rows: UnsafePointer<Float>, rowCount: Int, size: Int,
    _ meter: inout WorkMeter
  ) -> Float {
    var sum: Float = 0
    for queryRow in query {
      if meter.isOver(after: 8) { break }
      precondition(queryRow.count == size)
      var best = -Float.infinity
      queryRow.withUnsafeBufferPointer { queryRow in
        guard let base = queryRow.baseAddress else { return }
        for index in 0..<rowCount {
          if meter.isOver(after: 8 + size / 8) { return }
          best = max(best, similarity(distance, base, rows + index * size, size: size))
        }
      }
      sum = (sum + best).orSaturated(Double(sum) + Double(best))
    }
    return sum
  }

  package static func maxSimilarity(
    _ distance: Distance, _ query: [[Float]], _ point: [[Float]],
    for context: ReadContext = .unlimited
  ) -> Float {
    var meter = WorkMeter(context)
    guard let size = point.first?.count else { return 0 }
    return point.flatMap { $0 }.withUnsafeBufferPointer { rows in
      guard let base = rows.baseAddress else { return 0 }
      return maxSimilarity(
        distance, query: query, rows: base, rowCount: point.count, size: size, &meter)
    }
  }

  /// The score that clients see, of a similarity found by nearest search.
  package static func shownScore(_ distance: Distance, _ similarity: Float) -> Float {
    switch distance {
    case .dot, .cosine: similarity
    case .euclid: abs(similarity).squareRoot()
    case .manhattan: abs(similarity)
    }
  }

  /// Whether a smaller shown score is the better one.
  package static func smallerIsBetter(_ distance: Distance) -> Bool {
    distance == .euclid || distance == .manhattan
  }

  /// The vector divided by its length; unchanged when it is all but zero, or of length 1 already (so
  /// that reading a vector and writing it back does not change it).
  package static func cosineNormalized(_ vector: [Float]) -> [Float] {
    var squares: Float = 0
    for component in vector { squares += component * component }
    if squares < .ulpOfOne || abs(squares - 1) <= 1e-6 { return vector }
    if squares.isFinite {
      let length = squares.squareRoot()
      return vector.map { $0 / length }
    }
    // The squares overflowed Float32.
    var sum = 0.0
    for component in vector { sum += Double(component) * Double(component) }
    let length = sum.squareRoot()
    return vector.map { Float(Double($0) / length) }
  }

  // MARK: The loops

  private typealias Lanes = SIMD16<Float>

  @inline(__always)
  private static func lanes(_ base: UnsafePointer<Float>, _ index: Int) -> Lanes {
    UnsafeRawPointer(base + index).loadUnaligned(as: Lanes.self)
  }

  private static func dot(
    _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, size: Int
  ) -> Float {
    sum(left, right, size: size, { $0 * $1 }, { $0 * $1 })
  }

  private static func squaredDistance(
    _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, size: Int
  ) -> Float {
    sum(left, right, size: size, { ($0 - $1) * ($0 - $1) }, { ($0 - $1) * ($0 - $1) })
  }

  private static func absoluteDistance(
    _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, size: Int
  ) -> Float {
    sum(
      left, right, size: size,
      { left, right in
        let difference = left - right
        return difference.replacing(with: -difference, where: difference .< 0)
      }, { abs($0 - $1) })
  }

  /// The sum over all components of a term, which is given for lanes and for single components.
  @inline(__always)
  private static func sum(
    _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, size: Int,
    _ laneTerms: (Lanes, Lanes) -> Lanes, _ term: (Float, Float) -> Float
  ) -> Float {
    var sums = Lanes.zero
    var index = 0
    while index + Lanes.scalarCount <= size {
      sums += laneTerms(lanes(left, index), lanes(right, index))
      index += Lanes.scalarCount
    }
    var sum = total(sums)
    while index < size {
      sum += term(left[index], right[index])
      index += 1
    }
    return sum
  }

  private static func total(_ lanes: Lanes) -> Float {
    let eight = lanes.lowHalf + lanes.highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return two[0] + two[1]
  }
}
