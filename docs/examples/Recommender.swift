import Kindred

/// Three people, and what somebody new may like.
public func firstSteps(in directory: String) async throws -> [Recommendation.Item] {
  let store = try Store.open(directory)
  try await store.createCollection(
    "people", CollectionConfiguration(sparseVectors: ["ratings": SparseVectorParameters()]))

  func person(_ id: UInt64, _ items: [UInt32], _ weights: [Float], age: Int64) throws -> Point {
    Point(
      id: .integer(id),
      vectors: ["ratings": .sparse(try SparseVector(dimensions: items, weights: weights))],
      payload: ["age": .integer(age)])
  }
  // Durable when this returns.
  try await store.upsert(
    [
      try person(1, [260, 1196, 1721], [1, 1, -1], age: 25),
      try person(2, [260, 1196, 589], [1, 0.5, 1], age: 35),
      try person(3, [260, 1721], [-1, 1], age: 25),
    ], into: "people")

  let mine = try SparseVector(dimensions: [260, 1721], weights: [1, -1])
  let answer = try store.collection("people").recommend(
    RecommendationRequest(subject: .ratings(mine), limit: 3))
  try await store.close()
  return answer.items
}
