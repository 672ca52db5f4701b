#if Remote
  import JSONCodec
  import QdrantProtobuf
  import SwiftProtobuf

  extension ProcedureTable {
    mutating func addSnapshots() {
      let collection = "/collections/{collection}/snapshots"
      forward("/qdrant.Snapshots/Create", to: .post, collection) {
        (request: Qdrant_CreateSnapshotRequest) in
        EndpointRequest(values: [request.collectionName])
      } _: { json, _ in
        Qdrant_CreateSnapshotResponse.with { $0.snapshotDescription = .init(json) }
      }
      forward("/qdrant.Snapshots/List", to: .get, collection) {
        (request: Qdrant_ListSnapshotsRequest) in
        EndpointRequest(values: [request.collectionName])
      } _: { json, _ in
        Qdrant_ListSnapshotsResponse(json)
      }
      forward("/qdrant.Snapshots/Delete", to: .delete, collection + "/{snapshot}") {
        (request: Qdrant_DeleteSnapshotRequest) in
        EndpointRequest(values: [request.collectionName, request.snapshotName])
      } _: { _, _ in
        Qdrant_DeleteSnapshotResponse()
      }
      forward("/qdrant.Snapshots/CreateFull", to: .post, "/snapshots") {
        (_: Qdrant_CreateFullSnapshotRequest) in
        EndpointRequest()
      } _: { json, _ in
        Qdrant_CreateSnapshotResponse.with { $0.snapshotDescription = .init(json) }
      }
      forward("/qdrant.Snapshots/ListFull", to: .get, "/snapshots") {
        (_: Qdrant_ListFullSnapshotsRequest) in
        EndpointRequest()
      } _: { json, _ in
        Qdrant_ListSnapshotsResponse(json)
      }
      forward("/qdrant.Snapshots/DeleteFull", to: .delete, "/snapshots/{snapshot}") {
        (request: Qdrant_DeleteFullSnapshotRequest) in
        EndpointRequest(values: [request.snapshotName])
      } _: { _, _ in
        Qdrant_DeleteSnapshotResponse()
      }
    }
  }

  extension Qdrant_ListSnapshotsResponse {
    fileprivate init(_ json: JSONValue) {
      self.init()
      snapshotDescriptions = (json.asArray ?? []).map(Qdrant_SnapshotDescription.init)
    }
  }

  extension Qdrant_SnapshotDescription {
    fileprivate init(_ json: JSONValue) {
      self.init()
      name = json.text("name")
      size = json.number("size")
      if let time = Google_Protobuf_Timestamp(json.text("creation_time")) { creationTime = time }
      if let checksum = json.asObject?["checksum"]?.asString { self.checksum = checksum }
    }
  }
#endif
