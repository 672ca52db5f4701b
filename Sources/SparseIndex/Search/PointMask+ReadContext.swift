extension PointMask {
  /// Like `forEach`, until the read is over.
  /// - Parameter steps: the work that a point takes (see `WorkMeter`).
  package func forEach(in context: ReadContext, steps: Int, _ body: (Int) -> Void) {
    forEach(in: 0..<count, for: context, steps: steps, body)
  }

  /// The same for the members in `range`, which begins at a multiple of 64 and ends at one or at
  /// `count`.
  package func forEach(
    in range: Range<Int>, for context: ReadContext, steps: Int, _ body: (Int) -> Void
  ) {
    if context.isOver { return }
    var meter = WorkMeter(context)
    for index in range.lowerBound >> 6..<(range.upperBound + 63) >> 6 {
      if meter.isOver() { return }
      var word = words[index]
      while word != 0 {
        if meter.isOver(after: steps) { return }
        body(index << 6 + word.trailingZeroBitCount)
        word &= word - 1
      }
    }
  }
}
