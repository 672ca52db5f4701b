import JSONCodec
import Kindred

/// The endpoints for operators; Kindred's own.
extension RouteTable {
  mutating func addAdminRoutes() {
    write(.post, "/flush") { call in
      try await call.store.flush()
      return .result(true)
    }
    write(.post, "/compact") { call in
      try await call.store.compact(nil)
      return .result(true)
    }
    write(.post, "/collections/{collection}/compact") { call in
      // Says 404 for a collection that does not exist.
      let collection = try call.collection
      try await call.store.compact(collection.name)
      return .result(true)
    }
    inspect(.post, "/check") { call in
      let depth = try call.checkDepth()
      let store = try call.store
      return try await call.daemon.checkTurn.take("check") {
        .result(try await store.check(depth).json)
      }
    }
    local(.post, "/backup") { call in
      let destination = try call.json().string("destination")
      guard destination.hasPrefix("/") else {
        throw APIError.wrongInput("`destination` must be an absolute path, not '\(destination)'")
      }
      let report = try await call.store.backUp(to: destination)
      call.daemon.lastBackup.note()
      return .result(report.json)
    }
    report(.get, "/stats") { call in
      var statistics = try call.store.statistics.json
      statistics["http"] = call.daemon.doors.http.map { .string($0.description) } ?? .null
      statistics["grpc"] = call.daemon.doors.grpc.map { .string($0.description) } ?? .null
      statistics["tls"] = .bool(call.daemon.tls != nil)
      return .result(.object(statistics))
    }
  }
}

extension Call {
  /// `quick` or `full`, which is the default.
  fileprivate func checkDepth() throws -> CheckReport.Depth {
    guard let input = try body.readableBytes > 0 ? json().optional("depth") : nil else {
      return .full
    }
    guard let depth = CheckReport.Depth(rawValue: try input.string()) else {
      throw input.error("expected `quick` or `full`")
    }
    return depth
  }
}

extension StoreStatistics {
  var json: JSONObject {
    [
      "collections": .array(collections.map(\.json)),
      "read_only": readOnlyReason.map { .string($0) } ?? .null,
      "flush_obstacle": flushObstacle.map { .string($0) } ?? .null,
      "wal": ["files": .integer(Int64(logFileCount)), "bytes": .integer(Int64(logByteCount))],
      "last_sequence_number": .integer(Int64(lastSequenceNumber)),
      "syncs": ["count": .integer(Int64(syncs.count)), "seconds": .double(syncs.seconds)],
      "flushes": .integer(Int64(flushCount)),
      "compactions": .integer(Int64(compactionCount)),
      "disk_free_bytes": .integer(Int64(availableDiskByteCount)),
      "recovery": [
        "replayed_batches": .integer(Int64(recovery.replayedBatchCount)),
        "replayed_bytes": .integer(Int64(recovery.replayedByteCount)),
        "torn_bytes": .integer(Int64(recovery.tornByteCount)),
        "removed_orphans": .array(recovery.removedOrphans.map { .string($0) }),
        "quarantined": .array(recovery.quarantined.map { .string($0) }),
        "seconds": .double(recovery.seconds),
      ],
    ]
  }
}

extension StoreStatistics.Collection {
  fileprivate var json: JSONValue {
    [
      "name": .string(name), "points": .integer(Int64(pointCount)),
      "deleted_points": .integer(Int64(deletedPointCount)),
      "segments": .integer(Int64(segmentCount)),
      "segment_bytes": .integer(Int64(segmentByteCount)),
      "memtable_points": .integer(Int64(memtablePointCount)),
      "memtable_runs": .integer(Int64(memtableRunCount)),
      "memtable_bytes": .integer(Int64(memtableByteCount)),
      "postings_cache_bytes": .integer(Int64(postingsCacheByteCount)),
      "unverified_bytes": .integer(Int64(unverifiedByteCount)),
    ]
  }
}
