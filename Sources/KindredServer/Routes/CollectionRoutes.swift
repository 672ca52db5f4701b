import JSONCodec
import Kindred
import StorageIO

extension RouteTable {
  mutating func addCollectionRoutes() {
    report(.get, "/collections") { call in
      let names = try call.store.collectionNames
      return .result(["collections": .array(names.map { ["name": .string($0)] })])
    }
    report(.get, "/collections/{collection}") { call in
      .result(try CollectionInfo.json(call.collection))
    }
    immediate(.get, "/collections/{collection}/exists") { call in
      let store = try call.store
      do throws(StoreError) {
        _ = try store.collection(call.collectionName)
        return .result(["exists": true])
      } catch .collectionNotFound {
        return .result(["exists": false])
      }
    }
    write(.put, "/collections/{collection}") { call in
      _ = try call.waits()
      let name = call.collectionName
      do throws(StoreError) {
        try StoreLimits.check(name: name)
      } catch {
        throw APIError.validation("name", error.description, in: "path parameters")
      }
      var configuration = try CollectionConfiguration(call.optionalJSON())
      configuration.createdAt = Machine.preciseTimestamp
      try await call.store.createCollection(name, configuration)
      return .result(true)
    }
    write(.patch, "/collections/{collection}", update)
    write(.delete, "/collections/{collection}") { call in
      _ = try call.waits()
      return .result(.bool(try await call.store.deleteCollection(call.collectionName)))
    }
  }
}

@Sendable private func update(_ call: Call) async throws -> Answer {
  _ = try call.waits()
  let input = try call.optionalJSON()
  let before = try call.collection.configuration
  // Done once here, so that a refusal has its own words; the store then does it in its turn.
  var checked = before
  try apply(input, to: &checked)
  try await call.store.updateConfiguration(of: call.collectionName) {
    configuration throws(StoreError) in
    do {
      try apply(input, to: &configuration)
    } catch {
      throw error as? StoreError ?? .invalid("\(APIError(error).message)")
    }
  }
  return .result(true)
}

private func apply(_ input: JSONInput, to configuration: inout CollectionConfiguration) throws {
  try EchoedParameters.update(&configuration.annotations, input)
  if let vectors = try input.optional("vectors") {
    for member in try vectors.object().members {
      guard let old = configuration.denseVectors[member.name] else {
        throw StoreError.vectorNotFound(member.name)
      }
      let changes = JSONInput(member.value, path: "vectors.\(member.name)")
      let read = JSONInput(try ConfigurationTable.vectorChange.read(changes))
      configuration.denseVectors[member.name]?.annotations = EchoedParameters.merged(
        .object(old.annotations), try read.object())
    }
  }
  if let sparse = try input.optional("sparse_vectors") {
    for member in try sparse.object().members {
      guard let old = configuration.sparseVectors[member.name] else {
        throw StoreError.vectorNotFound(member.name)
      }
      let changes = JSONInput(member.value, path: "sparse_vectors.\(member.name)")
      var parameters = try SparseVectorParameters(changes)
      if !changes.has("modifier") { parameters.modifier = old.modifier }
      parameters.annotations = EchoedParameters.merged(
        .object(old.annotations), parameters.annotations)
      configuration.sparseVectors[member.name] = parameters
    }
  }
}
