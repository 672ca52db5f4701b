import JSONCodec
import Kindred
import TestSupport
import Testing

@Suite struct ItemModelTests {
  private let directory = TemporaryDirectory()

  /// Two kinds of people, who like the items of their kind.
  private static func people(_ count: UInt64, seed: UInt64 = 1) -> [Point] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { id in
      let kind = UInt32(id % 2)
      let items = (UInt32(0)..<40).filter { item in
        Int.random(in: 0..<10, using: &random) < (item % 2 == kind ? 6 : 1)
      }
      let weights = items.map { item in
        Float(item % 2 == kind ? Int.random(in: 3...5, using: &random) : 1)
      }
      return Point(
        id: .integer(id),
        vectors: ["ratings": .sparse(SparseVector(ascending: items, weights: weights))],
        payload: ["kind": .integer(Int64(kind))])
    }
  }

  private func store(backgroundWork: Bool = true) async throws -> Store {
    var options = StoreOptions()
    options.backgroundWork = backgroundWork
    let store = try Store.open(directory.path, options: options)
    if store.collectionNames.isEmpty {
      try await store.createCollection(
        "people", CollectionConfiguration(sparseVectors: ["ratings": .init()]))
      try await store.createCollection("items", CollectionConfiguration())
      try await store.upsert(Self.people(300), into: "people")
      try await store.upsert(
        (0..<40).map { Point(id: .integer($0), payload: ["kind": .integer(Int64($0 % 2))]) },
        into: "items")
    }
    return store
  }

  private static let parameters = ItemModelParameters(
    catalogue: "items", neighborCount: 20, regularization: 5, keptCount: 12)

  private func train(
    _ store: Store, _ parameters: ItemModelParameters = Self.parameters
  ) async throws -> ItemModelProgress {
    try store.trainItemModel("m", of: "people", parameters)
    while let progress = store.itemModelProgress("m", of: "people") {
      if [.ready, .failed, .cancelled].contains(progress.state) { return progress }
      try await Task.sleep(for: .milliseconds(5))
    }
    throw StoreError.closed
  }

  @Test func `a model is a collection, survives a restart, and recommends with reasons`()
    async throws
  {
    var store = try await store()
    let progress = try await train(store)
    #expect(progress.state == .ready, "\(progress)")
    let name = ItemModel.collectionName("m", of: "people")
    #expect(store.collectionNames == ["items", "people", name])
    #expect(try store.collection(name).pointCount == 40)

    let request = RecommendationRequest(
      subject: .ratings(SparseVector(ascending: [0, 2, 4], weights: [5, 5, 4])), method: .items,
      explain: true)
    func ask() throws -> Recommendation {
      let view = try store.collection("people")
      return try view.recommend(request, model: store.itemModel("m", of: view))
    }
    let answer = try ask()
    #expect(answer.method == .items)
    #expect(answer.items.count == 10)
    #expect(answer.items.allSatisfy { $0.id % 2 == 0 && $0.payload == ["kind": 0] })
    for item in answer.items {
      let sum = try #require(item.because).reduce(0) { $0 + $1.contribution }
      #expect(abs(sum - item.score) < 1e-5)
    }
    try await store.close()
    store = try await self.store()
    #expect(try ask() == answer)
    let view = try store.collection("people")
    let model = try #require(store.itemModel("m", of: view))
    #expect(model.changedShare(for: view) == 0)
    try await store.delete([.integer(0)], from: "people")
    #expect(model.changedShare(for: try store.collection("people")) > 0)
    let other = try await train(store)
    #expect(other.state == .ready)
    #expect(try await store.deleteItemModel("m", of: "people"))
    #expect(try await !store.deleteItemModel("m", of: "people"))
    #expect(store.collectionNames == ["items", "people"])
    try await store.close()
  }

  @Test func `both together explain their scores up to a constant`() async throws {
    let store = try await store()
    _ = try await train(store)
    let view = try store.collection("people")
    let model = try #require(store.itemModel("m", of: view))
    let answer = try view.recommend(
      RecommendationRequest(
        subject: .ratings(SparseVector(ascending: [1, 3], weights: [5, 3])), explain: true),
      model: model)
    #expect(answer.method == .auto)
    let constants = try answer.items.map { item in
      try item.score - #require(item.because).reduce(0) { $0 + $1.contribution }
    }
    #expect(constants.allSatisfy { abs($0 - constants[0]) < 1e-3 }, "\(constants)")
    let group = try view.recommend(
      RecommendationRequest(subject: .points([0, 1]), limit: 40), model: model)
    #expect(!group.items.isEmpty)
    let similar = try view.recommend(
      RecommendationRequest(subject: .items([7]), method: .items, limit: 5), model: model)
    #expect(similar.items.allSatisfy { $0.id % 2 == 1 && $0.id != 7 })
    try await store.close()
  }

  @Test
  func `of play counts that are mostly small a model learns as well, and keeps how it read them`()
    async throws
  {
    var store = try await store()
    // The more somebody likes a thing the more often it is played; one thing was played for a month.
    let people = Self.people(300).map { point -> Point in
      guard case .sparse(let vector)? = point.vectors["ratings"] else { return point }
      var point = point
      point.vectors["ratings"] = .sparse(
        SparseVector(
          ascending: vector.dimensions,
          weights: vector.weights.map { point.id == .integer(5) ? 40_000 : $0 * $0 * $0 }))
      return point
    }
    try await store.upsert(people, into: "people")
    #expect(try await train(store).state == .ready)
    func ask() throws -> [Recommendation] {
      let view = try store.collection("people")
      let model = try #require(store.itemModel("m", of: view))
      return try [RecommendationRequest.Method.items, .auto].map { method in
        try view.recommend(
          RecommendationRequest(
            subject: .ratings(SparseVector(ascending: [0, 2, 4], weights: [125, 27, 64])),
            method: method, limit: 8, explain: true), model: model)
      }
    }
    let answers = try ask()
    for answer in answers {
      #expect(answer.items.count == 8 && answer.items.allSatisfy { $0.id % 2 == 0 })
    }
    for item in answers[0].items {
      let sum = try #require(item.because).reduce(0) { $0 + $1.contribution }
      #expect(abs(sum - item.score) < 1e-5)
    }
    try await store.close()
    store = try await self.store()
    #expect(try ask() == answers)
    try await store.close()
  }

  @Test func `what cannot be trained is refused, and leaves things as they are`() async throws {
    let store = try await store()
    func refused(_ change: (inout ItemModelParameters) -> Void) {
      var parameters = Self.parameters
      change(&parameters)
      #expect(throws: StoreError.self) {
        try store.trainItemModel("m", of: "people", parameters)
      }
    }
    refused { $0.neighborCount = 0 }
    refused { $0.regularization = 0 }
    refused { $0.using = "nothing" }
    refused { $0.catalogue = "nowhere" }
    refused { $0.memoryByteCount = 1000 }
    #expect(throws: StoreError.self) {
      try store.trainItemModel("m.n", of: "people", Self.parameters)
    }
    await #expect(throws: StoreError.self) {
      try await store.deleteItemModel("m.n", of: "people")
    }
    try await store.createCollection("people.m", CollectionConfiguration())
    refused { _ in }
    #expect(throws: StoreError.self) {
      try store.trainItemModel("m", of: "items", ItemModelParameters())
    }
    #expect(store.itemModel("m", of: try store.collection("people")) == nil)
    #expect(try await !store.deleteItemModel("m", of: "people"))
    #expect(store.collectionNames == ["items", "people", "people.m"])
    try await store.close()
  }

  @Test func `a training that learns nothing fails, and the model before it stays`() async throws {
    let store = try await store()
    #expect(try await train(store).state == .ready)
    let before = try store.collection(ItemModel.collectionName("m", of: "people"))
    var parameters = Self.parameters
    parameters.minRaters = 1_000_000
    let progress = try await train(store, parameters)
    #expect(progress.state == .failed && progress.reason?.contains("enough raters") == true)
    let after = try store.collection(ItemModel.collectionName("m", of: "people"))
    #expect(after.identity == before.identity)
    try await store.close()
  }

  @Test func `training takes no more than it may, however the items are spread`() async throws {
    let store = try await store(backgroundWork: false)
    // Each segment has few items; together they have too many.
    for start in stride(from: UInt32(0), to: 30_000, by: 3000) {
      let items = Array(start..<start + 3000)
      try await store.upsert(
        [
          Point(
            id: .integer(UInt64(start)),
            vectors: [
              "ratings": .sparse(
                SparseVector(ascending: items, weights: items.map { _ in 1 }))
            ])
        ], into: "people")
      try await store.flush()
    }
    let progress = try await train(
      store, ItemModelParameters(inputCount: 30_000, memoryByteCount: 256 << 20))
    #expect(progress.state == .failed)
    #expect(progress.reason?.contains("allow it more") == true, "\(progress)")
    try await store.close()
  }

  @Test(arguments: [
    (1e308, -1e308, 1e-45, 3.4e38), (-1e300, 0, -3.4e38, 3.4e38), (0, 0, 0, 0),
  ])
  func `a made-up model of extremes is asked without harm`(
    scale: Double, offset: Double, least: Double, greatest: Double
  ) async throws {
    let store = try await store()
    _ = try await train(store)
    var configuration = try store.collection("people.m").configuration
    let metadata = try #require(configuration.annotations["metadata"])
    guard case .object(var names) = metadata, case .object(var model)? = names["item_model"] else {
      Issue.record("\(metadata)")
      return
    }
    model["map"] = [
      "scale": .double(scale), "offset": .double(offset), "least": .double(least),
      "greatest": .double(greatest),
      "knots": [
        "weights": .array(greatest > 0 ? [.double(least), .double(greatest)] : []),
        "values": .array(greatest > 0 ? [.double(-scale), .double(scale)] : []),
      ],
    ]
    names["item_model"] = .object(model)
    configuration.annotations["metadata"] = .object(names)
    #expect(try await store.deleteItemModel("m", of: "people"))
    try await store.createCollection("people.m", configuration)
    let extreme = Float.greatestFiniteMagnitude
    try await store.upsert(
      (0..<40).map { id in
        Point(
          id: .integer(id),
          vectors: [
            "weights": .sparse(
              SparseVector(
                ascending: [0, 1, 2],
                weights: [extreme, id % 2 == 0 ? -extreme : extreme, .leastNonzeroMagnitude]))
          ])
      }, into: "people.m")
    let view = try store.collection("people")
    let found = try #require(store.itemModel("m", of: view))
    for method in [RecommendationRequest.Method.auto, .items] {
      let answer = try view.recommend(
        RecommendationRequest(
          subject: .ratings(
            SparseVector(
              ascending: [0, 1, 2], weights: [extreme, -extreme, .leastNonzeroMagnitude])),
          method: method, explain: true),
        model: found)
      for item in answer.items {
        #expect(item.score.isFinite)
        #expect((item.because ?? []).allSatisfy { $0.contribution.isFinite })
      }
    }
    try await store.close()
  }

  @Test func `the weights are those of the plain regression`() async throws {
    let store = try await store()
    // All others are neighbours, and every weight is kept: one dense regression an item.
    let parameters = ItemModelParameters(
      input: .affine(scale: 0.2, offset: 0), neighborCount: 39, regularization: 7, dropout: 0.5,
      keptCount: 40)
    let progress = try await train(store, parameters)
    #expect(progress.state == .ready)
    let people = Self.people(300).map { point -> [UInt32: Double] in
      guard case .sparse(let vector)? = point.vectors["ratings"] else { return [:] }
      return Dictionary(
        uniqueKeysWithValues: zip(vector.dimensions, vector.weights.map { Double($0) / 5 }))
    }
    let view = try store.collection("people.m")
    let records = try view.retrieve([.integer(9)], vectors: .all)
    guard case .sparse(let row)? = records.first?.vectors?["weights"] else {
      Issue.record("no weights")
      return
    }
    let inputs = (UInt32(0)..<40).filter { $0 != 9 }
    func product(_ left: UInt32, _ right: UInt32) -> Double {
      people.reduce(0) { $0 + ($1[left] ?? 0) * ($1[right] ?? 0) }
    }
    // The normal equations hold, but for the rounding of weights to bytes.
    var weights = [UInt32: Double]()
    for (input, weight) in zip(row.dimensions, row.weights) { weights[input] = Double(weight) }
    for input in inputs {
      let target = people.reduce(0) { sum, person in
        sum + (person[input] ?? 0) * max(0, (person[9] ?? 0) - 0.4) / 0.6
      }
      var sum = 0.0
      for other in inputs {
        let diagonal = input == other ? product(input, input) * 0.5 + 7 : 0
        sum += (product(input, other) + diagonal) * (weights[other] ?? 0)
      }
      #expect(abs(sum - target) < 0.05 * max(1, abs(target)), "input \(input)")
    }
    try await store.close()
  }

  @Test func `what only people had rated who are gone counts no more, merged or not`() async throws
  {
    let store = try await store(backgroundWork: false)
    let strange = SparseVector(
      ascending: Array(1000..<1300), weights: Array(repeating: 3, count: 300))
    let stranger = Point(id: .integer(999), vectors: ["ratings": .sparse(strange)])
    try await store.upsert([stranger], into: "people")
    var parameters = Self.parameters
    parameters.minRaters = 1
    #expect(try await train(store, parameters).state == .ready)
    try await store.delete([.integer(999)], from: "people")
    let known = SparseVector(ascending: [0, 2, 1000], weights: [5, 4, 5])
    func answers() throws -> [Recommendation] {
      let view = try store.collection("people")
      let model = store.itemModel("m", of: view)
      let subjects: [RecommendationRequest.Subject] = [
        .point(.integer(1)), .points([.integer(1), .integer(2), .integer(4)]), .ratings(known),
      ]
      return try subjects.flatMap { subject in
        try [RecommendationRequest.Method.auto, .neighbors, .items].map { method in
          try view.recommend(
            RecommendationRequest(subject: subject, method: method, limit: 100), model: model)
        }
      }
    }
    let before = try answers()
    #expect(before.allSatisfy { !$0.items.isEmpty && $0.items.allSatisfy { $0.id < 40 } })
    try await store.flush()
    #expect(try answers() == before)
    try await store.compact("people")
    #expect(try answers() == before)
    // Where nobody is left, the model alone says nothing either.
    try await store.delete((0..<300).map { .integer($0) }, from: "people")
    for isMerged in [false, true] {
      if isMerged { try await store.compact("people") }
      let view = try store.collection("people")
      let answer = try view.recommend(
        RecommendationRequest(subject: .ratings(known), method: .items),
        model: store.itemModel("m", of: view))
      #expect(answer.items.isEmpty)
    }
    try await store.close()
  }

  @Test func `a training is that of the collection, not of its name`() async throws {
    let store = try await store()
    #expect(try await train(store).state == .ready)
    _ = try await store.deleteCollection("people")
    #expect(store.itemModelProgress("m", of: "people") == nil)
    try await store.createCollection(
      "people", CollectionConfiguration(sparseVectors: ["ratings": .init()]))
    #expect(store.itemModelProgress("m", of: "people") == nil)
    try await store.upsert(Self.people(50), into: "people")
    #expect(try await train(store).state == .ready)
    #expect(store.itemModelProgress("m", of: "people")?.state == .ready)
    try await store.close()
  }
}
