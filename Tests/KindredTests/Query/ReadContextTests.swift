import Kindred
import SparseIndex
import Testing

@Suite("The limits of a read") struct ReadContextTests {
  private func reads(_ view: CollectionView) -> [() throws -> Void] {
    let filter = Filter(must: [.field(key: JSONPath(first: "n"), .range(NumberRange(gte: 0)))])
    let vector = VectorInput.vector(.dense([1, 2, 3, 4, 5]))
    return [
      { _ = try view.count(filter) }, { _ = try view.scroll(filter: filter) },
      { _ = try view.query(QueryRequest(QueryStage(query: .nearest(vector), using: "dot"))) },
      {
        _ = try view.query(
          QueryRequest(QueryStage(query: .orderBy(OrderBy(key: JSONPath(first: "n"))))))
      },
      { _ = try view.facet(FacetRequest(key: JSONPath(first: "g"))) },
      { _ = try view.scroll(orderBy: OrderBy(key: JSONPath(first: "n"))) },
      {
        _ = try view.queryGroups(
          QueryGroupsRequest(
            QueryStage(query: .nearest(vector), using: "dot"),
            groupBy: JSONPath(first: "g")))
      },
    ]
  }

  @Test func `no read answers after its time, or when nobody waits`() throws {
    let view = try QueryFixture(seed: 5).view(.manySegments)
    let patient = ReadContext(deadline: .now + .seconds(600))
    for read in reads(view.bound(to: patient)) { try read() }
    for context in [
      ReadContext(deadline: .now - .seconds(1)),
      ReadContext(deadline: .now + .seconds(600), isAbandoned: { true }),
    ] {
      for read in reads(view.bound(to: context)) {
        #expect(throws: StoreError.timedOut) { try read() }
      }
    }
  }

  @Test func `a read holds no more memory than it may`() throws {
    let view = try QueryFixture(seed: 5).view(.manySegments)
    for read in reads(view.bound(to: ReadContext(byteCount: 1 << 20))) { try read() }
    let small = ReadContext(byteCount: 100)
    #expect {
      _ = try view.bound(to: small).scroll()
    } throws: { error in
      if case .tooLarge? = error as? StoreError { true } else { false }
    }
    // Once over, it stays over.
    #expect(throws: StoreError.self) { _ = try view.bound(to: small).count(nil) }
  }

  @Test func `what reads hold together is bounded, and one alone always fits`() throws {
    let pool = ReadMemory(byteCount: 4 << 20)
    var first: ReadContext? = ReadContext(byteCount: 64 << 20, pool: pool)
    let second = ReadContext(byteCount: 64 << 20, pool: pool)
    try #expect(#require(first).take(32 << 20))
    #expect(second.take(1 << 20), "a small read never waits for the others")
    #expect(!second.take(8 << 20))
    #expect {
      try second.check()
    } throws: { error in
      if case .busy? = error as? StoreError { true } else { false }
    }
    try #require(first).check()
    first = nil
    #expect(ReadContext(byteCount: 64 << 20, pool: pool).take(2 << 20))
  }

  @Test func `memory that is given back can be taken again`() {
    let context = ReadContext(byteCount: 1000)
    for _ in 0..<10 {
      #expect(context.take(900))
      context.giveBack(900)
    }
    #expect(!context.take(.max))
    #expect(context.isOver)
  }

  @Test func `a loop stops when the time is up`() {
    let mask = PointMask(count: 5000, filled: true)
    var visited = 0
    mask.forEach(in: ReadContext(deadline: .now - .seconds(1)), steps: 32) { _ in visited += 1 }
    #expect(visited == 0)
    mask.forEach(in: .unlimited, steps: 32) { _ in visited += 1 }
    #expect(visited == 5000)
  }
}
