import JSONCodec
import Kindred
import SparseIndex

extension RouteTable {
  mutating func addIndexRoutes() {
    write(.put, "/collections/{collection}/index", createIndex)
    write(.delete, "/collections/{collection}/index/{field}", deleteIndex)
  }
}

@Sendable private func createIndex(_ call: Call) async throws -> Answer {
  let waits = try call.waits()
  let input = try call.json()
  let path = try input.member("field_name").keyPath()
  let field = path.description
  guard let schema = try input.optional("field_schema") ?? input.optional("field_type") else {
    throw APIError.wrongInput("`field_schema` is missing: name the kind of index to create")
  }
  let parameters = try PayloadIndexParameters(schema)
  if let nested = parameters.nested {
    do throws(InvalidNestedKey) {
      _ = try NestedKey(path, nested: nested)
    } catch {
      throw APIError.validation("\(schema.path).nested", error.description)
    }
  }
  try StrictMode(call.collection.configuration)?.checkNewIndex()
  try await call.store.updateConfiguration(of: call.collectionName) {
    configuration throws(StoreError) in
    configuration.payloadIndexes[field] = parameters
  }
  return .written(try call.store.lastSequenceNumber, waited: waits)
}

@Sendable private func deleteIndex(_ call: Call) async throws -> Answer {
  let waits = try call.waits()
  let field = call.parameter("field")
  let key = (try? JSONPath(parsing: field).description) ?? field
  try await call.store.updateConfiguration(of: call.collectionName) {
    configuration throws(StoreError) in
    configuration.payloadIndexes[key] = nil
  }
  return .written(try call.store.lastSequenceNumber, waited: waits)
}

extension PayloadIndexParameters {
  /// The kind's name, or `{"type": kind, …}` with its parameters.
  fileprivate init(_ input: JSONInput) throws {
    let isBare = if case .object = input.value { false } else { true }
    let name = isBare ? try input.string() : try input.string("type")
    guard let kind = Kind(rawValue: name) else {
      let known = "`keyword`, `integer`, `float`, `geo`, `text`, `bool`, `datetime`, `uuid`"
      throw input.error("unknown variant `\(name)`, expected one of \(known)")
    }
    var parameters: JSONObject = ["type": .string(name)]
    if !isBare, case .object(let read) = try ConfigurationTable.payloadIndex(kind).read(input) {
      parameters = read
    }
    if kind == .integer, parameters["lookup"] == false, parameters["range"] == false {
      throw APIError.validation(
        input.path, "the \"lookup\" and \"range\" capabilities can't be both disabled")
    }
    if kind == .text {
      let analysis: TextAnalysis
      do {
        analysis = try TextAnalysis(parameters: parameters)
      } catch {
        throw input.error(error.description)
      }
      if let least = analysis.minTokenLength, let most = analysis.maxTokenLength, least > most {
        throw APIError.validation(
          "\(input.path).min_token_len", "must not be larger than max_token_len (\(most))")
      }
    }
    self.init(kind: kind, parameters: parameters)
  }
}
