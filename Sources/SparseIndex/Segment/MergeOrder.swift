/// Which points of several segments go into one, and where: the live points in the order of their
/// ids.
package struct MergeOrder {
  package struct Source: Sendable {
    package var input: UInt32
    package var offset: UInt32

    package init(input: UInt32, offset: UInt32) {
      self.input = input
      self.offset = offset
    }
  }

  /// For each offset of the merged segment, where the point comes from.
  private(set) var sources: [Source] = []
  /// For each input, the merged offset of each of its points; `absent` for deleted ones.
  private(set) var targets: [[UInt32]]
  /// For each input whose points are all live and follow each other in the merged segment, the merged
  /// offset of the first; nil for the others. Bulk loads come in id order, so most have one.
  private(set) var shifts: [UInt32?] = []

  static let absent = UInt32.max

  init(_ inputs: [LiveSegment]) {
    targets = inputs.map { Array(repeating: Self.absent, count: $0.segment.pointCount) }
    let liveCount = inputs.reduce(0) { $0 + $1.livePointCount }
    precondition(liveCount < Int(UInt32.max), "too many points for one segment")
    sources.reserveCapacity(liveCount)
    // Inputs with the lowest next id first; within one input ids ascend.
    var next = inputs.map { Self.firstLive(of: $0, from: 0) }
    while true {
      var least: (input: Int, id: PointID)?
      var bound: PointID?
      for (input, offset) in next.enumerated() {
        guard let offset else { continue }
        let id = inputs[input].segment.id(at: offset)
        if let current = least {
          if id < current.id {
            bound = current.id
            least = (input, id)
          } else if bound.map({ id < $0 }) ?? true {
            bound = id
          }
        } else {
          least = (input, id)
        }
      }
      guard let (input, _) = least, var offset = next[input] else { break }
      // Everything of this input below the other inputs' ids follows without further comparison of
      // inputs: bulk loads come in id order.
      let segment = inputs[input].segment
      repeat {
        targets[input][offset] = UInt32(sources.count)
        sources.append(Source(input: UInt32(input), offset: UInt32(offset)))
        guard let following = Self.firstLive(of: inputs[input], from: offset + 1) else {
          next[input] = nil
          break
        }
        offset = following
        next[input] = following
      } while bound.map({ segment.id(at: offset) < $0 }) ?? true
    }
    shifts = zip(inputs, targets).map { input, targets in
      guard let first = targets.first, let last = targets.last,
        input.livePointCount == targets.count, Int(last) - Int(first) == targets.count - 1
      else { return nil }
      return first
    }
  }

  private static func firstLive(of input: LiveSegment, from start: Int) -> Int? {
    var offset = start
    while offset < input.segment.pointCount {
      if let deleted = input.deleted, deleted[offset] { offset += 1 } else { return offset }
    }
    return nil
  }
}
