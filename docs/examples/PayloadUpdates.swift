import Kindred

/// Changes the payloads of the points that pass a filter, as the API's clients can: marks everybody who
/// is 18 or older. Then reads and writes in one atomic step: everybody becomes a year older.
/// - Returns: how many are marked, and the sum of all ages.
public func markAdults(in directory: String) async throws -> (markedCount: Int, ages: Int64) {
  let store = try Store.open(directory)
  try await store.createCollection("people", CollectionConfiguration())
  try await store.upsert(
    [17, 18, 19].map { age in
      Point(id: .integer(UInt64(age)), vectors: [:], payload: ["age": .integer(age)])
    }, into: "people")

  let age = JSONPath(first: "age")
  let adults = Filter(must: [.field(key: age, .range(NumberRange(gte: .integer(18))))])
  try await store.apply(
    .setPayload(["adult": true], key: nil, .filter(adults)), to: "people")

  // No other write comes between what the closure reads and what it returns.
  try await store.write(to: "people") { (view) throws(StoreError) in
    try view.scroll(limit: 1000, vectors: .all).records.map { record in
      var payload = record.payload ?? [:]
      if case .integer(let years)? = payload["age"] { payload["age"] = .integer(years + 1) }
      return .upsert(Point(id: record.id, vectors: record.vectors ?? [:], payload: payload))
    }
  }

  let people = try store.collection("people")
  let marked = Filter(
    must: [.field(key: JSONPath(first: "adult"), .matchValue(.bool(true)))])
  let ages = try people.scroll(limit: 1000).records.map { record -> Int64 in
    if case .integer(let years)? = record.payload?["age"] { years } else { 0 }
  }
  let count = try people.count(marked)
  try await store.close()
  return (count, ages.reduce(0, +))
}
