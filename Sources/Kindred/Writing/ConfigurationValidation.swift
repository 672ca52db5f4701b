import JSONCodec
import SparseIndex

/// Whether a collection's configuration keeps the limits of the store, so that log, manifest,
/// segments and archives can hold it.
struct ConfigurationValidation {
  /// The collection's present configuration. What it has is left alone, so that a directory of an
  /// older version stays of use: only what is added or changed is checked.
  let before: CollectionConfiguration
  /// How deeply the value of a parameter may nest.
  let parameterDepth: Int

  /// - Parameter before: nil for a new collection.
  init(
    replacing before: CollectionConfiguration? = nil,
    parameterDepth: Int = StoreLimits.parameterDepth
  ) {
    self.before = before ?? CollectionConfiguration()
    self.parameterDepth = parameterDepth
  }

  /// - Throws: `.invalid`.
  func check(_ configuration: CollectionConfiguration) throws(StoreError) {
    try checkVectors(configuration)
    try checkIndexes(configuration)
    if configuration.annotations != before.annotations {
      try check(configuration.annotations, of: "the collection's parameter")
    }
    let byteCount = configuration.encoded.count
    guard byteCount <= StoreLimits.configurationByteCount || byteCount <= before.encoded.count
    else {
      throw .invalid(
        "the collection's configuration would take \(byteCount) bytes as JSON, more than "
          + "\(StoreLimits.configurationByteCount)")
    }
  }

  // MARK: Vectors

  private func checkVectors(_ configuration: CollectionConfiguration) throws(StoreError) {
    for (name, parameters) in configuration.sparseVectors
    where before.sparseVectors[name] != parameters {
      guard configuration.denseVectors[name] == nil else {
        throw .invalid("vector `\(name)` is both sparse and dense: names must differ")
      }
      if before.sparseVectors[name] == nil { try check(vectorName: name) }
      try check(parameters.annotations, of: "sparse vector `\(name)`: parameter")
    }
    for (name, parameters) in configuration.denseVectors
    where before.denseVectors[name] != parameters {
      if before.denseVectors[name] == nil { try check(vectorName: name) }
      guard StoreLimits.denseSizes.contains(parameters.size) else {
        throw .invalid(
          "vector `\(name)`: size \(parameters.size) invalid, must be from "
            + "\(StoreLimits.denseSizes.lowerBound) to \(StoreLimits.denseSizes.upperBound)")
      }
      try check(parameters.annotations, of: "vector `\(name)`: parameter")
    }
    let count = configuration.vectorCount
    guard count <= StoreLimits.vectorCount || count <= before.vectorCount else {
      throw .invalid("a collection can have \(StoreLimits.vectorCount) vectors, not \(count)")
    }
  }

  private func check(vectorName name: ByteString) throws(StoreError) {
    guard name.utf8.count <= StoreLimits.vectorNameByteCount else {
      throw .invalid(
        "a vector's name must not be longer than \(StoreLimits.vectorNameByteCount) bytes, as "
          + "`\(String(decoding: name.utf8.prefix(32), as: UTF8.self))…` is")
    }
  }

  // MARK: Payload indexes

  private func checkIndexes(_ configuration: CollectionConfiguration) throws(StoreError) {
    for (key, parameters) in configuration.payloadIndexes
    where before.payloadIndexes[key] != parameters {
      guard
        before.payloadIndexes[key] != nil
          || key.utf8.count <= StoreLimits.payloadIndexKeyByteCount
      else {
        throw .invalid(
          "the key of a payload index must not be longer than "
            + "\(StoreLimits.payloadIndexKeyByteCount) bytes")
      }
      try check(parameters.parameters, of: "payload index `\(key)`: parameter")
    }
    let count = configuration.payloadIndexes.count
    guard count <= StoreLimits.payloadIndexCount || count <= before.payloadIndexes.count else {
      throw .invalid(
        "a collection can have \(StoreLimits.payloadIndexCount) payload indexes, not \(count)")
    }
  }

  // MARK: Free-form parameters

  private func check(_ parameters: JSONObject, of part: String) throws(StoreError) {
    for member in parameters.members {
      try StorableJSON.check(
        member.value, of: "\(part) `\(member.name)`", maxDepth: parameterDepth)
    }
  }
}

extension CollectionConfiguration {
  var vectorCount: Int { sparseVectors.count + denseVectors.count }
}
