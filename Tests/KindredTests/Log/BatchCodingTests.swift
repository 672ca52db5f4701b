import Kindred
import StorageIO
import TestSupport
import Testing

@Suite struct BatchCodingTests {
  private static let configuration = CollectionConfiguration(
    sparseVectors: [
      "ratings": .init(modifier: .idf, annotations: ["index": ["on_disk": true]]), "text": .init(),
    ],
    denseVectors: [
      "": .init(size: 4, distance: .cosine),
      "rows": .init(size: 2, distance: .euclid, isMultivector: true, annotations: ["a": 1]),
    ],
    payloadIndexes: ["a.b": .init(kind: .keyword, parameters: ["type": "keyword"])],
    annotations: ["shard_number": 1])

  private static let operations: [LogOperation] = [
    .createCollection(identity: 7, name: "movies é", configuration: configuration),
    .points(
      collection: 7,
      [
        .upsert(
          Point(
            id: .integer(.max),
            vectors: [
              "ratings": .sparse(
                try! SparseVector(
                  dimensions: [0, 1, 300, .max], weights: [-1, 0.1, 3, .leastNonzeroMagnitude])),
              "": .dense([1, 2, 3, 4]), "rows": .multiDense([[1, 2], [3, 4], [-0.0, 6]]),
            ],
            payload: ["a": ["b": [1, 2.5, nil, "x"]], "c": true])),
        .delete(.uuid(.max)), .upsert(Point(id: .uuid(1), vectors: ["text": .sparse(.empty)])),
        .delete(0),
        .patch(
          SparseVectorPatch(
            id: .uuid(3), vectorName: "text",
            entries: SparseVector(ascending: [0, 7, .max], weights: [1, -0.0, 3e38]),
            removed: [1, .max - 1])),
        .patch(SparseVectorPatch(id: 0, vectorName: "ratings", entries: .empty)),
      ]),
    .setConfiguration(identity: 7, configuration: CollectionConfiguration()),
    .setAliases(["a": "movies é", "b": "x"]),
    .dropCollection(identity: 7),
  ]

  private func decode(_ bytes: [UInt8]) throws(StorageError) -> [LogOperation] {
    try BatchDecoder.decode(SharedBytes(bytes), path: "log", offset: 0)
  }

  @Test func `every kind of operation reads back as it was written`() throws {
    #expect(try decode(BatchEncoder.encode(Self.operations)) == Self.operations)
  }

  @Test func `a batch cut anywhere but between operations is corrupt`() throws {
    let bytes = BatchEncoder.encode(Self.operations)
    var ends: Set<Int> = [0]
    for count in Self.operations.indices {
      ends.insert(BatchEncoder.encode(Array(Self.operations[...count])).count)
    }
    for cut in bytes.indices where !ends.contains(cut) {
      #expect(throws: StorageError.self, "cut at \(cut)") { try decode(Array(bytes[..<cut])) }
    }
  }

  @Test(arguments: 0..<40) func `any bytes are safe to decode`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let bytes = BatchEncoder.encode(Self.operations)
    for _ in 0..<500 {
      var damaged = bytes
      for _ in 0...Int.random(in: 0..<4, using: &random) {
        damaged[Int.random(in: damaged.indices, using: &random)] = UInt8.random(
          in: 0...255, using: &random)
      }
      _ = try? decode(damaged)
      _ = try? decode(random.bytes(Int.random(in: 0..<200, using: &random)))
    }
  }
}
