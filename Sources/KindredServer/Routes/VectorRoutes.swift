import JSONCodec
import Kindred

extension RouteTable {
  mutating func addVectorRoutes() {
    write(.put, "/collections/{collection}/points/vectors") { call in
      try await call.update(call.decode { try PointUpdate.updateVectors(&$0) })
    }
    write(.post, "/collections/{collection}/points/vectors/delete") { call in
      try await call.update(.deleteVectors(call.json()))
    }
    write(.put, "/collections/{collection}/vectors/{vector}", createVectorName)
    write(.delete, "/collections/{collection}/vectors/{vector}", deleteVectorName)
  }
}

/// Adds a named vector: `{"dense": {size, distance, …}}` or `{"sparse": {…}}`.
@Sendable private func createVectorName(_ call: Call) async throws -> Answer {
  let waits = try call.waits()
  let name = call.parameter("vector")
  let input = try call.optionalJSON()
  let dense = try input.optional("dense").map { try DenseVectorParameters($0) }
  let sparse = try input.optional("sparse").map { try SparseVectorParameters(named: $0) }
  guard (dense == nil) != (sparse == nil) else {
    throw APIError.format("expected either `dense` or `sparse`")
  }
  try await call.store.updateConfiguration(of: call.collectionName) {
    configuration throws(StoreError) in
    guard configuration.denseVectors[name] == nil, configuration.sparseVectors[name] == nil else {
      throw .invalid("Vector with name '\(name)' already exists")
    }
    configuration.denseVectors[name] = dense
    configuration.sparseVectors[name] = sparse
  }
  return .written(try call.store.lastSequenceNumber, waited: waits)
}

/// Removes a named vector from every point and from the configuration.
@Sendable private func deleteVectorName(_ call: Call) async throws -> Answer {
  let waits = try call.waits()
  let number = try await call.store.removeVector(
    call.parameter("vector"), of: call.collectionName)
  return .written(number, waited: waits)
}
