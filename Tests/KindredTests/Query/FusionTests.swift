import Kindred
import Testing

@Suite("Fusion")
struct FusionTests {
  private func hits(_ pairs: (UInt64, Float)...) -> [RankedPoint] {
    pairs.map { RankedPoint(id: .integer($0.0), score: $0.1) }
  }

  @Test func `RRF adds the reciprocal ranks of every list`() throws {
    let fused = try Fusion.rrf().fuse([
      hits((1, 9), (2, 8), (3, 7)),
      hits((3, 0.5), (1, 0.4)),
    ])
    // k = 2: the first place counts 1/2, the second 1/3, the third 1/4.
    #expect(fused.map(\.id) == [1, 3, 2])
    #expect(fused[0].score == Float(1) / 2 + Float(1) / 3)
    #expect(fused[1].score == 0.75)
    #expect(fused[2].score == Float(1) / 3)
  }

  @Test func `RRF takes k and weights`() throws {
    let fused = try Fusion.rrf(k: 60, weights: [3, 1]).fuse([hits((1, 1)), hits((2, 1))])
    #expect(fused.map(\.id) == [1, 2])
    #expect(abs(fused[0].score - 0.016853932) < 1e-8)  // 1 / (1/3 + 59)
    #expect(fused[1].score == Float(1) / 60)
  }

  @Test func `a list whose weight is 0 or less adds nothing`() throws {
    let fused = try Fusion.rrf(weights: [0, -1, 1]).fuse([
      hits((1, 1)), hits((2, 1)), hits((3, 1)),
    ])
    #expect(fused.map(\.id) == [3, 2, 1])
    #expect(fused.map(\.score) == [0.5, 0, 0])
  }

  @Test func `as many weights as lists are needed`() {
    #expect(throws: StoreError.self) { try Fusion.rrf(weights: [1]).fuse([[], []]) }
  }

  @Test func `equal fused scores rank the higher id first`() throws {
    let uuid = try #require(PointID(uuid: "00000000-0000-0000-0000-000000000001"))
    let fused = try Fusion.rrf().fuse([
      hits((7, 1)), hits((5, 1)), [RankedPoint(id: uuid, score: 1)], hits((6, 1)),
    ])
    #expect(fused.map(\.id) == [uuid, 7, 6, 5])
  }

  @Test func `DBSF puts mean minus three sigmas at 0 and plus three at 1`() throws {
    // Mean 3, sample variance ((-2)² + 0 + 2²) / 2 = 4, so sigma 2 and the range −3 … 9.
    let fused = try Fusion.dbsf.fuse([hits((1, 5), (2, 3), (3, 1))])
    #expect(fused.map(\.id) == [1, 2, 3])
    #expect(fused.map(\.score) == [Float(8.0 / 12), 0.5, Float(4.0 / 12)])
  }

  @Test func `DBSF counts a lone score, and equal ones, as one half`() throws {
    let fused = try Fusion.dbsf.fuse([hits((1, 100)), hits((1, 2), (2, 2)), []])
    #expect(fused.map(\.id) == [1, 2])
    #expect(fused.map(\.score) == [1, 0.5])
  }

  @Test func `nothing fused is nothing`() throws {
    #expect(try Fusion.rrf().fuse([]) == [])
    #expect(try Fusion.dbsf.fuse([[], []]) == [])
  }
}
