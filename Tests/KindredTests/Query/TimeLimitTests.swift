import Kindred
import Testing

@Suite("Time limits") struct TimeLimitTests {
  private func reads(_ snapshot: CollectionSnapshot) -> [() throws -> Void] {
    let filter = Filter(must: [.field(key: JSONPath(first: "n"), .range(NumberRange(gte: 0)))])
    let vector = VectorInput.vector(.dense([1, 2, 3, 4, 5]))
    return [
      { _ = try snapshot.count(filter) }, { _ = try snapshot.scroll(filter: filter) },
      { _ = try snapshot.query(QueryRequest(query: .nearest(vector), using: "dot")) },
      { _ = try snapshot.query(QueryRequest(query: .orderBy(OrderBy(key: JSONPath(first: "n"))))) },
      { _ = try snapshot.facet(FacetRequest(key: JSONPath(first: "g"))) },
      { _ = try snapshot.scroll(orderBy: OrderBy(key: JSONPath(first: "n"))) },
      {
        _ = try snapshot.queryGroups(
          QueryGroupsRequest(
            source: QueryRequest(query: .nearest(vector), using: "dot"),
            groupBy: JSONPath(first: "g")))
      },
    ]
  }

  @Test func `no read answers after its time, or when nobody waits`() throws {
    let snapshot = try QueryFixture(seed: 5).snapshot(.manySegments)
    for read in reads(snapshot) {
      try TimeLimit.$current.withValue(TimeLimit(deadline: .now + .seconds(600))) { try read() }
      for limit in [
        TimeLimit(deadline: .now - .seconds(1)),
        TimeLimit(deadline: .now + .seconds(600), isAbandoned: { true }),
      ] {
        TimeLimit.$current.withValue(limit) {
          #expect(throws: StoreError.timedOut) { try read() }
        }
      }
    }
  }

  @Test func `a loop stops when the time is up`() {
    let mask = PointMask(count: 5000, filled: true)
    var visited = 0
    TimeLimit.$current.withValue(TimeLimit(deadline: .now - .seconds(1))) {
      mask.forEachInTime { _ in visited += 1 }
    }
    #expect(visited == 0)
    mask.forEachInTime { _ in visited += 1 }
    #expect(visited == 5000)
  }
}
