import SparseIndex

extension ReadContext {
  /// Asked before anything made by a read is shown: what was made may be incomplete when this throws.
  /// - Throws: `.timedOut`, `.tooLarge` or `.busy` when the read is over.
  public func check() throws(StoreError) {
    guard isOver else { return }
    switch end {
    case .tooLarge?:
      throw .tooLarge(
        "the request needs more than the \(byteCount) bytes of memory that one may take; ask for "
          + "fewer points at a time, or for less of each")
    case .crowdedOut?:
      throw .busy("the requests under way leave too little memory for this one; try again")
    case .timeIsUp?, nil: throw .timedOut
    }
  }
}
