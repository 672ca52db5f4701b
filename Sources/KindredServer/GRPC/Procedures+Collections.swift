#if Remote
  import JSONCodec
  import Kindred
  import QdrantProtobuf
  import SwiftProtobuf

  extension ProcedureTable {
    mutating func addCollections() {
      addConfigurations()
      addAliases()
      addCluster()
    }

    private mutating func addConfigurations() {
      forward("/qdrant.Collections/List", to: .get, "/collections") {
        (_: Qdrant_ListCollectionsRequest) in
        EndpointRequest()
      } _: { json, _ in
        var answer = Qdrant_ListCollectionsResponse()
        answer.collections = json.list("collections").map { collection in
          .with { $0.name = collection.text("name") }
        }
        return answer
      }
      forward("/qdrant.Collections/Get", to: .get, "/collections/{collection}") {
        (request: Qdrant_GetCollectionInfoRequest) in
        EndpointRequest(values: [request.collectionName])
      } _: { json, _ in
        var answer = Qdrant_GetCollectionInfoResponse()
        answer.result = try Qdrant_CollectionInfo(json)
        return answer
      }
      forward(
        "/qdrant.Collections/CollectionExists", to: .get, "/collections/{collection}/exists"
      ) { (request: Qdrant_CollectionExistsRequest) in
        EndpointRequest(values: [request.collectionName])
      } _: { json, _ in
        var answer = Qdrant_CollectionExistsResponse()
        answer.result.exists = json.asObject?["exists"] == true
        return answer
      }
      forward("/qdrant.Collections/Create", to: .put, "/collections/{collection}") {
        (request: Qdrant_CreateCollection) in
        EndpointRequest(
          values: [request.collectionName], query: request.queryText, body: try request.body())
      } _: { json, _ in
        Qdrant_CollectionOperationResponse.with { $0.result = json == true }
      }
      forward("/qdrant.Collections/Update", to: .patch, "/collections/{collection}") {
        (request: Qdrant_UpdateCollection) in
        EndpointRequest(
          values: [request.collectionName], query: request.queryText, body: try request.body())
      } _: { json, _ in
        Qdrant_CollectionOperationResponse.with { $0.result = json == true }
      }
      forward("/qdrant.Collections/Delete", to: .delete, "/collections/{collection}") {
        (request: Qdrant_DeleteCollection) in
        EndpointRequest(values: [request.collectionName], query: request.queryText)
      } _: { json, _ in
        Qdrant_CollectionOperationResponse.with { $0.result = json == true }
      }
    }

    private mutating func addAliases() {
      forward("/qdrant.Collections/UpdateAliases", to: .post, "/collections/aliases") {
        (request: Qdrant_ChangeAliases) in
        EndpointRequest(
          query: request.hasTimeout ? "timeout=\(request.timeout)" : nil,
          body: ["actions": .array(try request.actions.map { try $0.tree() })])
      } _: { json, _ in
        Qdrant_CollectionOperationResponse.with { $0.result = json == true }
      }
      forward("/qdrant.Collections/ListAliases", to: .get, "/aliases") {
        (_: Qdrant_ListAliasesRequest) in
        EndpointRequest()
      } _: { json, _ in
        Qdrant_ListAliasesResponse(json)
      }
      forward(
        "/qdrant.Collections/ListCollectionAliases", to: .get, "/collections/{collection}/aliases"
      ) { (request: Qdrant_ListCollectionAliasesRequest) in
        EndpointRequest(values: [request.collectionName])
      } _: { json, _ in
        Qdrant_ListAliasesResponse(json)
      }
    }

    private mutating func addCluster() {
      forward(
        "/qdrant.Collections/CollectionClusterInfo", to: .get, "/collections/{collection}/cluster"
      ) { (request: Qdrant_CollectionClusterInfoRequest) in
        EndpointRequest(values: [request.collectionName])
      } _: { json, _ in
        var answer = Qdrant_CollectionClusterInfoResponse()
        answer.shardCount = 1
        answer.localShards = json.list("local_shards").map { shard in
          .with {
            $0.pointsCount = UInt64(clamping: shard.number("points_count"))
            $0.state = .active
          }
        }
        return answer
      }
      forward("/qdrant.Collections/ListShardKeys", to: .get, "/collections/{collection}/shards") {
        (request: Qdrant_ListShardKeysRequest) in
        EndpointRequest(values: [request.collectionName])
      } _: { _, _ in
        Qdrant_ListShardKeysResponse()
      }
      for name in ["UpdateCollectionClusterSetup", "CreateShardKey", "DeleteShardKey"] {
        add(
          "/qdrant.Collections/\(name)", .write,
          .immediate { _ in
            throw APIError(.methodNotAllowed, "Distributed mode disabled")
          })
      }
    }
  }

  extension Qdrant_AliasOperations {
    fileprivate func tree() throws(APIError) -> JSONValue {
      switch action {
      case .createAlias(let create):
        [
          "create_alias": [
            "collection_name": .string(create.collectionName),
            "alias_name": .string(create.aliasName),
          ]
        ]
      case .renameAlias(let rename):
        [
          "rename_alias": [
            "old_alias_name": .string(rename.oldAliasName),
            "new_alias_name": .string(rename.newAliasName),
          ]
        ]
      case .deleteAlias(let delete): ["delete_alias": ["alias_name": .string(delete.aliasName)]]
      case nil: throw .badRequest("the action of an alias is missing")
      }
    }
  }

  extension Qdrant_ListAliasesResponse {
    fileprivate init(_ json: JSONValue) {
      self.init()
      aliases = json.list("aliases").map { alias in
        .with {
          $0.aliasName = alias.text("alias_name")
          $0.collectionName = alias.text("collection_name")
        }
      }
    }
  }

  /// Parts of what endpoints answer.
  extension JSONValue {
    func list(_ name: String) -> [JSONValue] { asObject?[name]?.asArray ?? [] }

    func text(_ name: String) -> String { asObject?[name]?.asString ?? "" }

    func number(_ name: String) -> Int64 {
      if case .integer(let number)? = asObject?[name] { number } else { 0 }
    }
  }
#endif
