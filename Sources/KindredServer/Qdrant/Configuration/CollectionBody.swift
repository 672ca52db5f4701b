import JSONCodec
import Kindred

/// The body of `PUT {c}`. What means nothing on one exact machine (shards, HNSW, quantization, …) is
/// checked, kept and echoed (`ConfigurationTable`).
extension CollectionConfiguration {
  init(_ input: JSONInput) throws {
    self.init()
    _ = try input.object()
    if let vectors = try input.optional("vectors") { try readDense(vectors) }
    if let sparse = try input.optional("sparse_vectors") {
      for member in try sparse.object().members {
        let parameters = JSONInput(member.value, path: "sparse_vectors.\(member.name)")
        sparseVectors[member.name] = try SparseVectorParameters(parameters)
      }
    }
    for name in sparseVectors.keys where denseVectors[name] != nil {
      throw APIError.wrongInput(
        "Dense and sparse vector names must be unique - duplicate found with: '\(name)'")
    }
    if case .object(let read) = try ConfigurationTable.creation.read(input) { annotations = read }
  }

  /// One unnamed vector by itself, or vectors by name; a name may be empty.
  private mutating func readDense(_ input: JSONInput) throws {
    // One by itself has its `size` right here.
    if case .object(let object) = input.value, object["size"]?.isNumber ?? false {
      denseVectors = ["": try DenseVectorParameters(input)]
      return
    }
    for member in try input.object().members {
      denseVectors[member.name] = try DenseVectorParameters(
        JSONInput(member.value, path: "\(input.path).\(member.name)"))
    }
    namesUnnamedVector = denseVectors[""] != nil
  }
}

extension DenseVectorParameters {
  init(_ input: JSONInput) throws {
    let read = JSONInput(try ConfigurationTable.vector.read(input), path: input.path)
    let name = try read.string("distance")
    guard let distance = Distance(rawValue: name) else {
      preconditionFailure("the table has a distance that vectors do not have")
    }
    self.init(
      size: try read.int("size"), distance: distance,
      isMultivector: read.has("multivector_config"),
      annotations: try read.object().without(["size", "distance"]))
  }

  var json: JSONObject {
    var object: JSONObject = [
      "size": .integer(Int64(size)), "distance": .string(distance.rawValue),
    ]
    object.merge(annotations)
    return object
  }
}

extension SparseVectorParameters {
  init(_ input: JSONInput) throws {
    self.init()
    if input.isNull { return }
    let read = JSONInput(try ConfigurationTable.sparseVector.read(input), path: input.path)
    if let name = try read.optional("modifier")?.string() {
      modifier = Modifier(rawValue: name) ?? .none
    }
    annotations = try read.object()
    // One that was set to `none` reads so; without one there is nothing to read.
    if modifier != .none { annotations["modifier"] = nil }
  }

  /// The body of `PUT {c}/vectors/{name}`, which has the datatype beside the modifier.
  init(named input: JSONInput) throws {
    try self.init(input)
    let read = JSONInput(try ConfigurationTable.newSparseVector.read(input), path: input.path)
    if let datatype = try read.optional("datatype") {
      annotations["index"] = ["datatype": datatype.value]
    }
  }

  var json: JSONObject {
    var object: JSONObject = [:]
    object.merge(annotations)
    if modifier != .none { object["modifier"] = .string(modifier.rawValue) }
    return object
  }
}

extension JSONObject {
  /// The members with other names.
  func without(_ names: [String]) -> JSONObject {
    JSONObject(uniqueMembers: members.filter { !names.contains($0.name) })
  }
}
