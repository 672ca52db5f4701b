extension Array {
  /// Sorts until the read is over; after that the order means nothing.
  /// - Parameter steps: the work of one comparison (see `WorkMeter`).
  package mutating func sort(
    in context: ReadContext, steps: Int = 4, by areInOrder: (Element, Element) -> Bool
  ) {
    var meter = WorkMeter(context)
    // An error from a comparison ends the sort at once.
    try? sort { left, right in
      if meter.isOver(after: steps) { throw Interrupted() }
      return areInOrder(left, right)
    }
  }
}

private struct Interrupted: Error {}
