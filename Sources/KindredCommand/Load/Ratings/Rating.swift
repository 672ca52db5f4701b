/// One line of a file of ratings.
package struct Rating: Equatable, Sendable {
  /// Index among the users' `Identifiers`.
  package var user: UInt32
  /// Index among the items' `Identifiers`.
  package var item: UInt32
  package var value: Double
  /// Larger is later; 0 throughout where the file does not say.
  package var time: Int64

  package init(user: UInt32, item: UInt32, value: Double, time: Int64 = 0) {
    self.user = user
    self.item = item
    self.value = value
    self.time = time
  }
}

extension [Rating] {
  /// One user's ratings by ascending number of the item, of several for one item the latest; the last
  /// in the file where times are equal.
  ///
  /// - Parameter numbers: of items, by index; no two are equal.
  package func settled(_ numbers: [UInt64]?) -> [Rating] {
    func number(_ rating: Rating) -> UInt64 { numbers?[Int(rating.item)] ?? UInt64(rating.item) }
    let isSettled = indices.dropFirst().allSatisfy { number(self[$0 - 1]) < number(self[$0]) }
    if isSettled { return self }
    let order = indices.sorted { left, right in
      (number(self[left]), self[left].time, left) < (number(self[right]), self[right].time, right)
    }
    var settled: [Rating] = []
    settled.reserveCapacity(count)
    for index in order {
      if settled.last?.item == self[index].item { settled.removeLast() }
      settled.append(self[index])
    }
    return settled
  }
}
