import CKernels
import SparseIndex
import StorageIO
import Synchronization

/// Trains an item model: for each item a ridge regression of its target on the ratings of the items
/// most like it, from everybody's ratings.
///
/// One regression an item on all others is EASE (H. Steck, "Embarrassingly Shallow Autoencoders for
/// Sparse Data", WWW 2019) with the diagonal of EDLAE (H. Steck, "Autoencoders that don't overfit
/// towards the Identity", NeurIPS 2020); on a few neighbours, a Markov random field's (H. Steck,
/// "Markov Random Fields for Collaborative Filtering", NeurIPS 2019). Few weights an item were
/// SLIM's idea (X. Ning, G. Karypis, ICDM 2011).
///
/// Every item is solved by itself, and every sum is made in the order of the people: the number of
/// threads does not change a bit.
final class ItemModelTrainer: Sendable {
  /// Weights of inputs, by index into the matrix' inputs, ascending.
  typealias Row = [(input: UInt32, weight: Float)]

  let matrix: RatingMatrix
  private let parameters: ItemModelParameters
  private let isCancelled: @Sendable () -> Bool
  /// The inputs' products X'X, the lower triangle, row after row.
  private let gram: FloatBuffer
  /// The length of each input's column, the root of its place on the diagonal of `gram`: read for every
  /// item, and there it would lie a row apart.
  private let lengths: FloatBuffer
  private let next = Atomic(0)
  private let doneCount = Atomic(0)
  private let rows: Mutex<[Row]>

  /// Items that a thread takes at a time.
  private static let tileCount = 8

  init(
    _ matrix: RatingMatrix, _ parameters: ItemModelParameters,
    isCancelled: @escaping @Sendable () -> Bool
  ) {
    self.matrix = matrix
    self.parameters = parameters
    self.isCancelled = isCancelled
    gram = FloatBuffer(count: matrix.inputs.count * matrix.inputs.count)
    lengths = FloatBuffer(count: matrix.inputs.count)
    rows = Mutex(Array(repeating: [], count: matrix.items.count))
  }

  /// - Throws: `.tooLarge` where training takes more than `parameters` allow, or than half of the
  ///   machine's memory.
  static func checkMemory(
    ratingCount: Int, itemCount: Int, _ parameters: ItemModelParameters, threadCount: Int
  ) throws(StoreError) {
    let byteCount = byteCount(
      ratingCount: ratingCount, itemCount: itemCount, parameters, threadCount: threadCount)
    let most = Machine.memoryByteCount / 2
    guard byteCount > min(parameters.memoryByteCount, most) else { return }
    throw .tooLarge(
      "training would take about \(text(byteCount)), more than "
        + (byteCount > most
          ? "half of this machine's memory: take fewer `inputs`"
          : "the \(text(parameters.memoryByteCount)) that it may: allow it more, or take fewer "
            + "`inputs`"))
  }

  /// Whole mebibytes, as far as there are any.
  private static func text(_ byteCount: Int) -> String {
    byteCount < 1 << 20 ? "\(byteCount) bytes" : "\(byteCount >> 20) MiB"
  }

  /// About how many bytes training takes beside the collection itself.
  private static func byteCount(
    ratingCount: Int, itemCount: Int, _ parameters: ItemModelParameters, threadCount: Int
  ) -> Int {
    let inputCount = min(itemCount, parameters.inputCount)
    let neighborCount = parameters.neighborCount + 8
    return ratingCount * RatingMatrix.ratingByteCount + inputCount * inputCount * 4
      + threadCount * (inputCount * 24 + neighborCount * neighborCount * 4)
      + itemCount * (64 + 4 * 8 * min(parameters.keptCount, inputCount))
  }

  /// The fraction done, from 0 to 1.
  var progress: Double {
    Double(doneCount.load(ordering: .relaxed))
      / Double(max(1, matrix.items.count + matrix.inputs.count))
  }

  /// Runs on each of the threads that train, all at once, and returns on each when there is nothing
  /// left of this step.
  func addProducts() {
    forEachTile(of: matrix.inputs.count) { addProducts(ofInput: $0) }
  }

  /// Call between the steps, on one thread.
  func endStep() { next.store(0, ordering: .relaxed) }

  func solve() {
    let workspace = Workspace(
      inputCount: matrix.inputs.count,
      neighborCount: min(parameters.neighborCount, matrix.inputs.count))
    var inputByItem = [Int32](repeating: -1, count: matrix.items.count)
    for (input, item) in matrix.inputs.enumerated() { inputByItem[Int(item)] = Int32(input) }
    forEachTile(of: matrix.items.count) { item in
      let row = self.row(of: item, input: Int(inputByItem[item]), workspace)
      if !row.isEmpty { rows.withLock { $0[item] = row } }
    }
  }

  /// A row for each item, once all is solved.
  var solved: [Row] { rows.withLock { $0 } }

  private func forEachTile(of count: Int, _ body: (Int) -> Void) {
    while !isCancelled() {
      let start = next.wrappingAdd(Self.tileCount, ordering: .relaxed).oldValue
      guard start < count else { return }
      for index in start..<min(count, start + Self.tileCount) { body(index) }
      doneCount.wrappingAdd(min(count, start + Self.tileCount) - start, ordering: .relaxed)
    }
  }

  // MARK: Products

  private func addProducts(ofInput input: Int) {
    let item = Int(matrix.inputs[input])
    let row = gram.base + input * matrix.inputs.count
    matrix.personInputs.withUnsafeBufferPointer { inputs in
      matrix.personWeights.withUnsafeBufferPointer { weights in
        for rating in matrix.itemStarts[item]..<matrix.itemStarts[item + 1] {
          let person = Int(matrix.itemPeople[rating])
          let weight = matrix.itemWeights[rating]
          for position in matrix.personStarts[person]..<matrix.personStarts[person + 1] {
            let other = Int(inputs[position])
            if other > input { break }
            row[other] += weight * weights[position]
          }
        }
      }
    }
    lengths.base[input] = row[input].squareRoot()
  }

  // MARK: One item

  private final class Workspace {
    /// For each input the sum of its products with the item's ratings, and with the item's targets.
    let sums: UnsafeMutablePointer<SIMD2<Float>>
    let inputCount: Int
    let matrix: FloatBuffer
    let vector: FloatBuffer
    var keys: [UInt64] = []

    init(inputCount: Int, neighborCount: Int) {
      self.inputCount = inputCount
      sums = .allocate(capacity: max(1, inputCount))
      let size = (neighborCount + 7) / 8 * 8
      matrix = FloatBuffer(count: size * size)
      vector = FloatBuffer(count: size)
      keys.reserveCapacity(inputCount)
    }

    deinit { sums.deallocate() }
  }

  /// - Parameter input: the item's own index among the inputs; negative where it is not one.
  private func row(of item: Int, input: Int, _ workspace: Workspace) -> Row {
    guard matrix.raterCount(of: item) >= parameters.minRaters else { return [] }
    addSums(of: item, workspace)
    let neighbors = nearest(to: input, workspace)
    guard !neighbors.isEmpty else { return [] }
    let size = (neighbors.count + 7) / 8 * 8
    let (system, vector) = (workspace.matrix.base, workspace.vector.base)
    let regularization = Float(parameters.regularization)
    let dropout = Float(1 + parameters.dropout)
    for (row, neighbor) in neighbors.enumerated() {
      let products = gram.base + neighbor * matrix.inputs.count
      let place = system + row * size
      for column in 0..<row { place[column] = products[neighbors[column]] }
      place[row] = products[neighbor] * dropout + regularization
      vector[row] = workspace.sums[neighbor].y
    }
    for row in neighbors.count..<size {
      (system + row * size).update(repeating: 0, count: row)
      system[row * size + row] = 1
      vector[row] = 0
    }
    guard sparse_solve_cholesky(system, size, vector) else { return [] }
    return kept(neighbors, vector)
  }

  private func addSums(of item: Int, _ workspace: Workspace) {
    let sums = workspace.sums
    sums.update(repeating: .zero, count: workspace.inputCount)
    let threshold = Float(parameters.threshold)
    let range = 1 - threshold
    matrix.personInputs.withUnsafeBufferPointer { inputs in
      matrix.personWeights.withUnsafeBufferPointer { weights in
        for rating in matrix.itemStarts[item]..<matrix.itemStarts[item + 1] {
          let person = Int(matrix.itemPeople[rating])
          let weight = matrix.itemWeights[rating]
          let factors = SIMD2(weight, max(0, weight - threshold) / range)
          for position in matrix.personStarts[person]..<matrix.personStarts[person + 1] {
            sums[Int(inputs[position])] += factors * weights[position]
          }
        }
      }
    }
  }

  /// The inputs most like the item, by the cosine of who rated them what, ascending.
  private func nearest(to item: Int, _ workspace: Workspace) -> [Int] {
    workspace.keys.removeAll(keepingCapacity: true)
    let count = workspace.inputCount
    for input in 0..<count where input != item {
      let product = workspace.sums[input].x
      let length = lengths.base[input]
      guard product > 0, length > 0 else { continue }
      // Cosines above 0 are ordered as their bits are; the item's own length is the same for all.
      let cosine = product / length
      workspace.keys.append(UInt64(cosine.bitPattern) << 32 | UInt64(count - 1 - input))
    }
    workspace.keys.keepGreatest(min(parameters.neighborCount, count))
    return workspace.keys.map { count - 1 - Int($0 & 0xFFFF_FFFF) }.sorted()
  }

  private func kept(_ neighbors: [Int], _ weights: UnsafeMutablePointer<Float>) -> Row {
    var keys = neighbors.indices.compactMap { index -> UInt64? in
      let weight = weights[index]
      guard weight.isFinite, weight != 0 else { return nil }
      return UInt64(weight.magnitude.bitPattern) << 32 | UInt64(neighbors.count - 1 - index)
    }
    keys.keepGreatest(parameters.keptCount)
    return keys.map { neighbors.count - 1 - Int($0 & 0xFFFF_FFFF) }.sorted()
      .map { (UInt32(neighbors[$0]), weights[$0]) }
  }
}

/// Numbers that several threads fill, each its own part.
final class FloatBuffer: @unchecked Sendable {
  // Each thread writes to rows that no other touches, and reads others' only after the step that wrote
  // them has ended.
  let base: UnsafeMutablePointer<Float>

  init(count: Int) {
    base = .allocate(capacity: max(1, count))
    base.initialize(repeating: 0, count: count)
  }

  deinit { base.deallocate() }
}

extension [UInt64] {
  /// Leaves the `limit` greatest, in any order: quickselect (C. A. R. Hoare, 1961), with the middle of
  /// three as the pivot.
  mutating func keepGreatest(_ limit: Int) {
    guard count > limit else { return }
    withUnsafeMutableBufferPointer { keys in
      var low = 0
      var high = keys.count - 1
      while low < high {
        let (a, b, c) = (keys[low], keys[(low + high) / 2], keys[high])
        let pivot = Swift.max(Swift.min(a, b), Swift.min(Swift.max(a, b), c))
        var left = low
        var right = high
        while left <= right {
          while keys[left] > pivot { left += 1 }
          while keys[right] < pivot { right -= 1 }
          if left <= right {
            keys.swapAt(left, right)
            left += 1
            right -= 1
          }
        }
        if limit - 1 <= right {
          high = right
        } else if limit - 1 >= left {
          low = left
        } else {
          break
        }
      }
    }
    removeLast(count - limit)
  }
}
