/// The first index of an ascending sequence that is not before what is sought: binary search, without a
/// branch on what `isBefore` says, which nothing could foresee.
///
/// - Parameter isBefore: whether what stands at an index is; true up to some index, false from there on.
/// - Returns: the end of the range where all are.
@inlinable
package func lowerBound<Failure: Error>(
  in range: Range<Int>, _ isBefore: (Int) throws(Failure) -> Bool
) throws(Failure) -> Int {
  var first = range.lowerBound
  var count = range.count
  while count > 0 {
    let half = (count &+ 1) &>> 1
    first &+= try isBefore(first &+ half &- 1) ? half : 0
    count &-= half
  }
  return first
}
