extension Schema {
  static let pointID = named("PointID")
  static let payload = map()
  static let vector = named("Vector")

  /// Points, their vectors and payloads, and how requests choose among them.
  static let points: [String: Schema] = [
    "PointID": anyOf(
      integer(), Schema(json: ["type": "string", "format": "uuid"])),
    "SparseVector": object([
      "indices": array(integer(0, 4_294_967_295)).unique, "values": array(float),
    ]).described("As many values as indices; indices are unique."),
    "DenseVector": array(float, least: 1),
    "MultiVector": array(array(float, least: 1), least: 1),
    "Document": object(
      ["text": string, "model": choice("qdrant/bm25")], optional: ["options": map()]
    ).described("Text that the daemon turns into a sparse vector."),
    "Vector": anyOf(
      named("SparseVector"), named("DenseVector"), named("MultiVector"), named("Document")),
    "Vectors": anyOf(
      named("DenseVector"), named("MultiVector"), map(vector), named("Document")
    ).described("By name, or the unnamed vector by itself."),
    "Point": object(["id": pointID, "vector": named("Vectors")], optional: ["payload": payload]),
    "PointColumns": object(
      ["ids": array(pointID), "vectors": anyOf(array(vector), map(array(vector)))],
      optional: ["payloads": array(payload.orNull)]),
    "Upsert": anyOf(
      object(["points": array(named("Point"))], optional: upsertOptions),
      object(["batch": named("PointColumns")], optional: upsertOptions)),
    "PointSelection": anyOf(
      object(["points": array(pointID)]), object(["filter": named("Filter")])),
    "SetPayload": selecting(object(["payload": payload], optional: ["key": string])),
    "DeletePayload": selecting(object(["keys": array(string)])),
    "PointVectors": object(["id": pointID, "vector": named("Vectors")]),
    "UpdateVectors": object(
      ["points": array(named("PointVectors"), least: 1)],
      optional: ["update_filter": named("Filter")]),
    "DeleteVectors": selecting(object(["vector": array(string, least: 1)])),
    "UpdateOperation": anyOf(
      object(["upsert": named("Upsert")]), object(["delete": named("PointSelection")]),
      object(["set_payload": named("SetPayload")]),
      object(["overwrite_payload": named("SetPayload")]),
      object(["delete_payload": named("DeletePayload")]),
      object(["clear_payload": named("PointSelection")]),
      object(["update_vectors": named("UpdateVectors")]),
      object(["delete_vectors": named("DeleteVectors")])),
    "WithPayload": anyOf(
      boolean, array(string), object(["include": array(string)]),
      object(["exclude": array(string)])),
    "WithVector": anyOf(boolean, array(string)),
    "Retrieve": object(["ids": array(pointID)], optional: selectors),
    "Scroll": object(optional: [
      "filter": named("Filter"), "limit": limit, "offset": pointID,
      "order_by": anyOf(string, named("OrderBy")), "with_payload": named("WithPayload"),
      "with_vector": named("WithVector"),
    ]),
    "Count": object(optional: ["filter": named("Filter"), "exact": boolean]),
  ]

  static let limit = integer(1, 10_000)

  static let selectors: KeyValuePairs<String, Schema> = [
    "with_payload": named("WithPayload"), "with_vector": named("WithVector"),
  ]

  private static let upsertOptions: KeyValuePairs<String, Schema> = [
    "update_filter": named("Filter"), "update_mode": choice("upsert", "insert_only", "update_only"),
  ]

  /// The change with the selection of its points beside it.
  private static func selecting(_ change: Schema) -> Schema {
    Schema(json: ["allOf": [.object(change.json), .object(named("PointSelection").json)]])
  }

  private var unique: Schema {
    var json = json
    json["uniqueItems"] = true
    return Schema(json: json)
  }
}
