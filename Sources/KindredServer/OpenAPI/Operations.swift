extension Operation {
  /// Every endpoint, by method and path as the route table has them. A test compares the two.
  static let all: [String: Operation] = [
    service, collections, points, searches, snapshots,
  ].reduce(into: [:]) { all, family in
    all.merge(family) { _, _ in preconditionFailure("an endpoint is described twice") }
  }

  private static let collection = "/collections/{collection}"

  private static let service: [String: Operation] = [
    "GET /": Operation(
      summary: "Name and version",
      answer: .json(.object(["title": .string, "version": .string]))),
    "GET /openapi.json": Operation(summary: "This document", answer: .json(.map())),
    "GET /dashboard": Operation(summary: "The page for people", answer: .page),
    "GET /dashboard/{file}": Operation(summary: "A file of that page", answer: .page),
    "GET /livez": Operation(summary: "Whether the process lives", answer: .text),
    "GET /healthz": Operation(summary: "Whether the process lives", answer: .text),
    "GET /readyz": Operation(summary: "Whether requests are answered", answer: .text),
    "GET /metrics": Operation(summary: "Figures for Prometheus", answer: .text),
    "GET /telemetry": Operation("What the daemon is and did", .map()),
    "GET /stats": Operation("Figures about the store", .named("Statistics")),
    "POST /check": Operation(
      "Compare the data directory with every checksum and rule", .map(),
      optionalBody: .object(optional: ["depth": .choice("quick", "full")])),
    "POST /backup": Operation(
      "Copy the data directory; at the control socket only", .map(),
      body: .object(["destination": .string])),
    "POST /flush": Operation("Write what is in memory into segment files", .boolean),
    "POST /compact": Operation("Merge each collection's segments into one", .boolean),
    "POST \(collection)/compact": Operation("Merge the collection's segments into one", .boolean),
    "GET /issues": Operation("There are no issues", .object(["issues": .array(.any)])),
    "DELETE /issues": Operation("There are no issues", .boolean),
    "GET /cluster": Operation(
      "There is no cluster", .object(["status": .choice("disabled")])),
    "GET /cluster/telemetry": Operation("There is no cluster", .map()),
    "DELETE /cluster/peer/{peer}": Operation(summary: "There is no cluster", answer: .refusal),
    "GET /quotas": Operation(
      "Quotas of the daemon are off",
      .object(["config": .object(["enabled": .boolean]), "usage": .map()])),
    "PUT /quotas": Operation(
      "Quotas of the daemon stay off", .boolean,
      body: .object(optional: [
        "enabled": .boolean, "max_resident_memory_percent": .integer(1, 100),
        "max_disk_usage_percent": .integer(1, 100), "release_margin_percent": .integer(0, 100),
      ])),
    "GET \(collection)/shards": Operation("There are no shard keys", .map()),
    "GET \(collection)/optimizations": Operation(
      "Nothing waits to be optimized",
      .object(
        ["summary": .map(.integer()), "running": .array(.any)],
        optional: [
          "queued": .array(.any), "completed": .array(.any), "idle_segments": .array(.map()),
        ]),
      [
        Operation.Parameter(
          name: "with", schema: .choice("queued", "completed", "idle_segments"),
          text: "Lists to answer too, with commas between them.")
      ]),
    "POST /cluster/recover": Operation(summary: "There is no cluster", answer: .refusal),
    "GET \(collection)/cluster": Operation("One shard", .named("CollectionCluster")),
    "POST \(collection)/cluster": Operation(summary: "There is no cluster", answer: .refusal),
    "PUT \(collection)/shards": Operation(summary: "There is no cluster", answer: .refusal),
    "POST \(collection)/shards/delete": Operation(
      summary: "There is no cluster", answer: .refusal),
  ]

  private static let collections: [String: Operation] = [
    "GET /collections": Operation(
      "Names of the collections",
      .object(["collections": .array(.object(["name": .string]))])),
    "GET \(collection)": Operation("What the collection is", .named("CollectionInfo")),
    "GET \(collection)/exists": Operation(
      "Whether there is such a collection", .object(["exists": .boolean])),
    "PUT \(collection)": Operation(
      "Create a collection", .boolean, optionalBody: .named("CreateCollection"), .write),
    "PATCH \(collection)": Operation(
      "Change a collection's parameters", .boolean, optionalBody: .named("UpdateCollection"),
      .write),
    "DELETE \(collection)": Operation("Delete a collection", .boolean, .write),
    "POST /collections/aliases": Operation(
      "Change aliases, all or none", .boolean, body: .named("AliasActions"), .write),
    "GET /aliases": Operation("All aliases", .named("Aliases")),
    "GET \(collection)/aliases": Operation("The collection's aliases", .named("Aliases")),
    "PUT \(collection)/index": Operation(
      "Create a payload index", .named("Updated"), body: .named("CreateIndex"), .write),
    "DELETE \(collection)/index/{field}": Operation(
      "Delete a payload index", .named("Updated"), .write),
    "PUT \(collection)/vectors/{vector}": Operation(
      "Add a named vector", .named("Updated"), optionalBody: .named("CreateVector"), .write),
    "DELETE \(collection)/vectors/{vector}": Operation(
      "Remove a named vector", .named("Updated"), .write),
  ]

  private static let points: [String: Operation] = [
    "PUT \(collection)/points": Operation(
      "Insert or replace points", .named("Updated"), body: .named("Upsert"), .write),
    "POST \(collection)/points/delete": Operation(
      "Delete points", .named("Updated"), body: .named("PointSelection"), .write),
    "GET \(collection)/points/{id}": Operation("One point", .named("Record"), .read),
    "POST \(collection)/points": Operation(
      "Points by id", .array(.named("Record")), body: .named("Retrieve"), .read),
    "POST \(collection)/points/scroll": Operation(
      "Points in order", .named("Page"), optionalBody: .named("Scroll"), .read),
    "POST \(collection)/points/count": Operation(
      "How many points there are", .object(["count": .integer()]), optionalBody: .named("Count"),
      .read),
    "POST \(collection)/points/payload": Operation(
      "Set members of payloads", .named("Updated"), body: .named("SetPayload"), .write),
    "PUT \(collection)/points/payload": Operation(
      "Replace payloads", .named("Updated"), body: .named("SetPayload"), .write),
    "POST \(collection)/points/payload/delete": Operation(
      "Remove members of payloads", .named("Updated"), body: .named("DeletePayload"), .write),
    "POST \(collection)/points/payload/clear": Operation(
      "Empty payloads", .named("Updated"), body: .named("PointSelection"), .write),
    "PUT \(collection)/points/vectors": Operation(
      "Replace vectors", .named("Updated"), body: .named("UpdateVectors"), .write),
    "POST \(collection)/points/vectors/delete": Operation(
      "Remove vectors", .named("Updated"), body: .named("DeleteVectors"), .write),
    "POST \(collection)/points/batch": Operation(
      "Several changes, one after the other", .array(.named("Updated")),
      body: .object(["operations": .array(.named("UpdateOperation"))]), .write),
  ]

  private static let searches: [String: Operation] = [
    "POST \(collection)/points/query": Operation(
      "Query points", .named("Hits"), body: .named("QueryRequest"), .read),
    "POST \(collection)/points/query/batch": Operation(
      "Several queries", .array(.named("Hits")), body: batch("QueryRequest"), .read),
    "POST \(collection)/points/query/groups": Operation(
      "Query points in groups", .named("Groups"), body: .named("QueryGroups"), .read),
    "POST \(collection)/points/search": legacy("Search"),
    "POST \(collection)/points/search/batch": legacyBatch("Search"),
    "POST \(collection)/points/search/groups": legacyGroups("SearchGroups"),
    "POST \(collection)/points/recommend": legacy("ByExampleRequest"),
    "POST \(collection)/points/recommend/batch": legacyBatch("ByExampleRequest"),
    "POST \(collection)/points/recommend/groups": legacyGroups("RecommendGroups"),
    "POST \(collection)/points/discover": legacy("Discover"),
    "POST \(collection)/points/discover/batch": legacyBatch("Discover"),
    "POST \(collection)/facet": Operation(
      "Count a payload key's values", .named("FacetHits"), body: .named("Facet"), .read),
    "POST \(collection)/points/search/matrix/pairs": Operation(
      "Similarities among a sample", .named("MatrixPairs"), optionalBody: .named("Matrix"), .read),
    "POST \(collection)/points/search/matrix/offsets": Operation(
      "Similarities among a sample", .named("MatrixOffsets"), optionalBody: .named("Matrix"),
      .read),
    "POST \(collection)/recommend": Operation(
      "Who is like me, and what did they like?", .named("Recommendation"),
      body: .named("RecommendationRequest"),
      .read),
    "POST \(collection)/ratings": Operation(
      "Merge ratings into their users' vectors", .named("Updated"), body: .named("RatingList"),
      .write),
    "PUT \(collection)/item-model/{model}": Operation(
      "Train an item model in the background", .named("ItemModel"),
      optionalBody: .named("ItemModelParameters")),
    "GET \(collection)/item-model/{model}": Operation(
      "How far a model's training is, and what it was trained on", .named("ItemModel")),
    "DELETE \(collection)/item-model/{model}": Operation(
      "Cancel a training, remove a model", .boolean),
  ]

  private static func batch(_ request: String) -> Schema {
    .object(["searches": .array(.named(request))])
  }

  private static func legacy(_ request: String) -> Operation {
    Operation(
      "Older form of `points/query`", .array(.named("ScoredPoint")), body: .named(request), .read)
  }

  private static func legacyBatch(_ request: String) -> Operation {
    Operation(
      "Older form of `points/query`", .array(.array(.named("ScoredPoint"))),
      body: batch(request), .read)
  }

  private static func legacyGroups(_ request: String) -> Operation {
    Operation("Older form of `points/query`", .named("Groups"), body: .named(request), .read)
  }

  private static let snapshots: [String: Operation] = {
    var operations: [String: Operation] = [:]
    for path in ["", collection, collection + "/shards/{shard}"].map({ $0 + "/snapshots" }) {
      operations["GET \(path)"] = Operation("The snapshots", .array(.named("Snapshot")))
      operations["POST \(path)"] = Operation("Make a snapshot", .named("Snapshot"), .snapshot)
      operations["GET \(path)/{snapshot}"] = Operation(summary: "A snapshot's file", answer: .file)
      operations["DELETE \(path)/{snapshot}"] = Operation("Delete a snapshot", .boolean, .snapshot)
      if path.contains("{shard}") {
        operations["GET \(path.dropLast())"] = Operation(
          summary: "The file of a snapshot made for this request", answer: .file)
      }
      guard path != "/snapshots" else { continue }
      operations["PUT \(path)/recover"] = Operation(
        "Recover the collection from a snapshot", .boolean, body: .named("SnapshotRecover"),
        .snapshot)
      var upload = Operation("Recover the collection from a file", .boolean, .snapshot)
      upload.body = .file(field: "snapshot")
      upload.parameters += [
        .init(name: "priority", schema: .snapshotPriority, text: "Checked, no effect."),
        .init(name: "checksum", schema: .archiveChecksum, text: "SHA-256 of the file."),
      ]
      operations["POST \(path)/upload"] = upload
    }
    return operations
  }()
}
