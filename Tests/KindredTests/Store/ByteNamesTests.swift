import Kindred
import TestSupport
import Testing

/// Names and values that are canonically equivalent, and not the same.
@Suite struct ByteNamesTests {
  private let directory = TemporaryDirectory()
  private static let names = JSONValue.equivalentTexts

  private func open() throws -> Store {
    try Store.open(directory.path, options: StoreOptions(backgroundWork: false))
  }

  @Test func `collections, aliases and vectors are told apart by their bytes`() async throws {
    var store = try open()
    for (index, name) in Self.names.enumerated() {
      var configuration = CollectionConfiguration(payloadIndexes: ["n": .init(kind: .integer)])
      for name in Self.names { configuration.sparseVectors[name] = .init() }
      try await store.createCollection(name, configuration)
      try await store.updateAliases([.create(alias: name + "!", collection: name)])
      var point = Point(id: 1, payload: ["n": .integer(Int64(index))])
      for (place, vector) in Self.names.enumerated() {
        point.vectors[vector] = .sparse(.init(ascending: [UInt32(place)], weights: [1]))
      }
      try await store.upsert([point], into: name)
    }
    for isOrderly in [false, true, true] {
      if isOrderly { try await store.close() } else { store.abandon() }
      store = try open()
      #expect(
        store.collectionNames.map { ByteString($0) } == Self.names.map { ByteString($0) }.sorted())
      #expect(store.aliases.count == Self.names.count)
      for (index, name) in Self.names.enumerated() {
        for name in [name, name + "!"] {
          let collection = try store.collection(name)
          #expect(collection.name.utf8.elementsEqual(Self.names[index].utf8))
          let point = try #require(try collection.retrieve([1], vectors: .all).first)
          #expect(point.payload == ["n": .integer(Int64(index))])
          #expect(point.vectors?.count == Self.names.count)
          for (place, vector) in Self.names.enumerated() {
            let query = SparseVector(ascending: [UInt32(place)], weights: [1])
            #expect(
              try collection.search(.init(vector: .sparse(query), using: vector)).count == 1)
          }
        }
      }
    }
    #expect(try await store.deleteCollection(Self.names[0]))
    #expect(store.collectionNames.count == Self.names.count - 1)
    #expect(store.aliases.count == Self.names.count - 1)
    try await store.removeVector(Self.names[0], of: Self.names[1])
    #expect(
      try store.collection(Self.names[1]).configuration.sparseVectors.count
        == Self.names.count - 1)
    try await store.close()
  }

  /// A filter on U+212B once deleted what was stored under U+00C5, once that lay in a segment.
  @Test(arguments: [nil, .keyword, .text, .uuid] as [PayloadIndexParameters.Kind?])
  func `a filter finds and deletes only what its bytes say`(
    kind: PayloadIndexParameters.Kind?
  ) async throws {
    let store = try open()
    for isFlushed in [false, true] {
      var configuration = CollectionConfiguration()
      if let kind { configuration.payloadIndexes["Å"] = .init(kind: kind) }
      try await store.createCollection("c", configuration)
      let points = Self.names.enumerated().map { index, name in
        Point(id: .integer(UInt64(index)), payload: [name: "x"])
      }
      try await store.upsert(points, into: "c")
      if isFlushed { try await store.flush() }
      for (index, name) in Self.names.enumerated() {
        let filter = Filter(must: [
          .field(key: JSONPath(first: name), .matchValue(.string("x")))
        ])
        let found = try store.collection("c").scroll(filter: filter).records
        #expect(found.map(\.id) == [.integer(UInt64(index))], "\(name.unicodeScalars.map(\.value))")
        try await store.write(to: "c") { view throws(StoreError) in
          try view.scroll(filter: filter).records.map { .delete($0.id) }
        }
        #expect(try store.collection("c").pointCount == Self.names.count - index - 1)
      }
      #expect(try await store.deleteCollection("c"))
    }
    try await store.close()
  }

  @Test func `values are told apart by their bytes`() async throws {
    let store = try open()
    for isFlushed in [false, true] {
      try await store.createCollection(
        "c",
        CollectionConfiguration(
          sparseVectors: ["v": .init()], payloadIndexes: ["k": .init(kind: .keyword)]))
      let points = Self.names.enumerated().map { index, name in
        Point(
          id: .integer(UInt64(index)),
          vectors: ["v": .sparse(.init(ascending: [1], weights: [1]))],
          payload: ["k": .string(name), "t": .string("word " + name)])
      }
      try await store.upsert(points, into: "c")
      if isFlushed { try await store.flush() }
      let view = try store.collection("c")
      let facets = try view.facet(FacetRequest(key: JSONPath(first: "k"), limit: 100))
      #expect(facets.map(\.value) == Self.names.map { FacetValue.string(ByteString($0)) }.sorted())
      #expect(facets.allSatisfy { $0.count == 1 })
      let groups = try view.queryGroups(
        QueryGroupsRequest(
          QueryStage(
            query: .nearest(.vector(.sparse(.init(ascending: [1], weights: [1])))), using: "v"),
          groupBy: JSONPath(first: "k"), limit: 100))
      #expect(groups.count == Self.names.count)
      for (index, name) in Self.names.enumerated() {
        for condition in [
          .matchValue(.string(ByteString(name))), .matchAny([.string(ByteString(name))]),
        ] as [FieldCondition] {
          let filter = Filter(must: [.field(key: JSONPath(first: "k"), condition)])
          let found = try view.scroll(filter: filter).records
          #expect(found.map(\.id) == [.integer(UInt64(index))])
          #expect(found.first?.payload?["k"] == .string(name), "bytes are never changed")
        }
      }
      #expect(try await store.deleteCollection("c"))
    }
    try await store.close()
  }
}
