import Kindred

/// Reads and writes in one atomic step: marks everybody who is 18 or older.
/// - Returns: how many are marked afterwards.
public func markAdults(in directory: String) async throws -> Int {
  let store = try Store.open(directory)
  try await store.createCollection("people", CollectionConfiguration())
  try await store.upsert(
    [17, 18, 19].map { age in
      Point(id: .integer(UInt64(age)), vectors: [:], payload: ["age": .integer(age)])
    }, into: "people")

  let key = JSONPath(first: "age")
  let adults = Filter(must: [.field(key: key, .range(NumberRange(gte: .integer(18))))])
  // No other write comes between what the closure reads and what it returns.
  try await store.write(to: "people") { (view) throws(StoreError) in
    try view.scroll(limit: 1000, filter: adults, vectors: .all).records.map { record in
      var payload = record.payload ?? [:]
      payload["adult"] = true
      return .upsert(Point(id: record.id, vectors: record.vectors ?? [:], payload: payload))
    }
  }

  let marked = Filter(
    must: [.field(key: JSONPath(first: "adult"), .matchValue(.bool(true)))])
  let count = try store.collection("people").count(marked)
  try await store.close()
  return count
}
