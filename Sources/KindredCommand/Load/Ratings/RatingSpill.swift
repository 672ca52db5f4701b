/// Ratings in any order, given back user by user, in memory that does not grow with their number: an
/// external merge sort.
///
/// Every `maxRunCount` ratings are sorted by user and written behind each other into a file without a
/// name, from which the runs are merged. What fits in one run is never written. A second pass over
/// the input would need no file, but neither standard input nor users out of order allow one.
package struct RatingSpill: ~Copyable {
  private let maxRunCount: Int
  private let folder: String
  private var run: [Rating] = []
  private var isSorted = true
  private var file: SpillFile?
  /// Numbers of ratings in the file, run by run.
  private var runCounts: [Int] = []

  /// - Parameter folder: for the file, should one be needed.
  package init(maxRunCount: Int = 1 << 20, folder: String? = nil) {
    self.maxRunCount = maxRunCount
    self.folder = folder ?? UnnamedFile.folder
  }

  package mutating func append(_ rating: Rating) throws(CommandFailure) {
    if let last = run.last, last.user > rating.user { isSorted = false }
    run.append(rating)
    if run.count == maxRunCount { try spill() }
  }

  /// All ratings, users ascending, each user's in the order of the file. May be called again for
  /// another pass; nothing may be appended afterwards.
  package mutating func users() -> UserReader {
    sort()
    var runs: [RunReader] = []
    var start = 0
    for count in runCounts {
      runs.append(RunReader(file: file!, range: start..<start + count))
      start += count
    }
    runs.append(RunReader(run))
    return UserReader(runs)
  }

  private mutating func spill() throws(CommandFailure) {
    sort()
    if file == nil { file = try SpillFile(in: folder) }
    try file!.append(run)
    runCounts.append(run.count)
    run.removeAll(keepingCapacity: true)
  }

  private mutating func sort() {
    if isSorted { return }
    var order = run.indices.map { UInt64(run[$0].user) << 32 | UInt64($0) }
    order.sort()
    run = order.map { run[Int(UInt32(truncatingIfNeeded: $0))] }
    isSorted = true
  }

  /// Gives out one user after the other.
  package struct UserReader {
    private var runs: [RunReader]
    /// Indices of runs that are not at their end, as a heap by user and run: the least first.
    private var heap: [Int] = []

    fileprivate init(_ runs: [RunReader]) { self.runs = runs }

    private var hasBegun = false

    /// The next user's ratings; nil at the end.
    package mutating func next() throws(CommandFailure) -> [Rating]? {
      if !hasBegun {
        hasBegun = true
        for index in runs.indices where try runs[index].peek() != nil { push(index) }
      }
      guard let first = heap.first, let user = try runs[first].peek()?.user else { return nil }
      var ratings: [Rating] = []
      while let index = heap.first, try runs[index].peek()?.user == user {
        while let rating = try runs[index].peek(), rating.user == user {
          ratings.append(rating)
          runs[index].advance()
        }
        pop()
        if try runs[index].peek() != nil { push(index) }
      }
      return ratings
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
      (runs[left].user, left) < (runs[right].user, right)
    }

    private mutating func push(_ index: Int) {
      heap.append(index)
      var child = heap.count - 1
      while child > 0, isBefore(heap[child], heap[(child - 1) / 2]) {
        heap.swapAt(child, (child - 1) / 2)
        child = (child - 1) / 2
      }
    }

    /// Removes the least. Its run may have moved on: only its place is looked at.
    private mutating func pop() {
      heap.swapAt(0, heap.count - 1)
      heap.removeLast()
      var parent = 0
      while true {
        var least = parent
        for child in [2 * parent + 1, 2 * parent + 2]
        where child < heap.count && isBefore(heap[child], heap[least]) { least = child }
        if least == parent { return }
        heap.swapAt(parent, least)
        parent = least
      }
    }
  }
}

/// Reads one sorted run a piece at a time.
struct RunReader {
  private var piece: [Rating]
  private var position = 0
  private let file: SpillFile?
  /// The range of the file that has not been read.
  private var rest: Range<Int>

  private static let pieceCount = 2048

  init(_ run: [Rating]) {
    piece = run
    file = nil
    rest = 0..<0
  }

  init(file: SpillFile, range: Range<Int>) {
    piece = []
    self.file = file
    rest = range
  }

  /// The user of the rating that `peek` showed last.
  fileprivate var user: UInt32 { piece[position].user }

  mutating func peek() throws(CommandFailure) -> Rating? {
    if position < piece.count { return piece[position] }
    guard let file, !rest.isEmpty else { return nil }
    let count = min(rest.count, Self.pieceCount)
    piece = try file.read(rest.lowerBound..<rest.lowerBound + count)
    rest = rest.lowerBound + count..<rest.upperBound
    position = 0
    return piece[0]
  }

  mutating func advance() { position += 1 }
}

/// Ratings in a file without a name.
final class SpillFile {
  private let file: UnnamedFile
  private var count = 0

  init(in folder: String) throws(CommandFailure) {
    file = try UnnamedFile(in: folder, where: "ratings are sorted")
  }

  func append(_ ratings: [Rating]) throws(CommandFailure) {
    var failure: CommandFailure?
    ratings.withUnsafeBytes { bytes in
      do throws(CommandFailure) { try file.append(bytes) } catch { failure = error }
    }
    if let failure { throw failure }
    count += ratings.count
  }

  func read(_ range: Range<Int>) throws(CommandFailure) -> [Rating] {
    let byteCount = range.count * MemoryLayout<Rating>.stride
    let offset = range.lowerBound * MemoryLayout<Rating>.stride
    var failure: CommandFailure?
    let ratings = [Rating](unsafeUninitializedCapacity: range.count) { buffer, count in
      do throws(CommandFailure) {
        let readCount = try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
        if readCount >= byteCount { count = range.count }
      } catch { failure = error }
    }
    if let failure { throw failure }
    guard ratings.count == range.count else { throw file.failure("read all") }
    return ratings
  }
}
