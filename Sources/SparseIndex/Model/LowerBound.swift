/// The first index of an ascending sequence that is not before what is sought: binary search.
///
/// - Parameter isBefore: whether what stands at an index is; true up to some index, false from there on.
/// - Returns: the end of the range where all are.
@inlinable
package func lowerBound<Failure: Error>(
  in range: Range<Int>, _ isBefore: (Int) throws(Failure) -> Bool
) throws(Failure) -> Int {
  var low = range.lowerBound
  var high = range.upperBound
  while low < high {
    let middle = low + (high - low) / 2
    if try isBefore(middle) { low = middle + 1 } else { high = middle }
  }
  return low
}
