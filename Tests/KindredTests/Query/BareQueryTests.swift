import Kindred
import TestSupport
import Testing

/// Queries that are answered without stages, held to those that have them.
@Suite struct BareQueryTests {
  @Test(arguments: 0..<8, QueryFixture.Layout.allCases)
  func `the hits are those of a query with stages`(
    _ seed: Int, _ layout: QueryFixture.Layout
  ) throws {
    var fixture = QueryFixture(seed: UInt64(seed))
    let view = try fixture.view(layout)
    for limit in [1, 7, 1000, .max] {
      for offset in [0, 3, 500, .max] {
        for threshold in [nil, -1, 0.5, .nan] as [Float?] {
          var request = QueryRequest(
            QueryStage(
              query: .nearest(.vector(fixture.vector("s"))), using: "s", scoreThreshold: threshold,
              limit: limit), offset: offset)
          let hits = try #require(try view.bareHits(request))
          let points = try view.query(request)
          #expect(hits.map(\.id) == points.map(\.id))
          #expect(hits.map(\.score) == points.map(\.score))
          // Neither has a filter that all points pass.
          request.stage.filter = Filter(mustNot: [.hasID([.integer(1 << 40)])])
          #expect(try view.bareHits(request) == nil)
          #expect(try view.query(request) == points)
        }
      }
    }
  }

  @Test func `others have stages`() throws {
    var fixture = QueryFixture(seed: 5)
    let view = try fixture.view()
    let vector = VectorInput.vector(fixture.vector("s"))
    let bare = QueryRequest(QueryStage(query: .nearest(vector), using: "s"))
    #expect(try view.bareHits(bare) != nil)
    let changes: [(inout QueryRequest) -> Void] = [
      { $0.stage.query = nil }, { $0.stage.query = .nearest(vector, mmr: MMR(diversity: 0.5)) },
      { $0.stage.query = .nearest(.id(fixture.id(having: "s"))) },
      { $0.stage.query = .nearest(.vector(.dense([1, 2]))) }, { $0.stage.using = "dot" },
      { $0.stage.using = "idf" },
      { $0.stage.using = "none" }, { $0.stage.limit = 0 }, { $0.withPayload = .all },
      { $0.withVector = .names(["s"]) }, { $0.stage.filter = Filter() },
      { $0.stage.idf = .global },
      { $0.stage.lookupFrom = LookupLocation(collection: "c") },
      { $0.stage.prefetch = [QueryStage()] },
    ]
    for change in changes {
      var request = bare
      change(&request)
      #expect(try view.bareHits(request) == nil)
    }
  }

  @Test func `a read that is over has no hits`() throws {
    var fixture = QueryFixture(seed: 6)
    let request = QueryRequest(
      QueryStage(query: .nearest(.vector(fixture.vector("s"))), using: "s"))
    let view = try fixture.view().bound(to: ReadContext { true })
    #expect(throws: StoreError.timedOut) { try view.bareHits(request) }
  }
}
