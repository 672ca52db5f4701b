import Kindred

extension RouteTable {
  mutating func addMetricsRoutes() {
    report(.get, "/metrics") { call in
      .text(metricsText(call.daemon), contentType: PrometheusText.contentType)
    }
  }
}

/// Qdrant's names where the meaning is the same, and `kindred_…` for the rest.
private func metricsText(_ daemon: DaemonState) -> String {
  var metrics = PrometheusText()
  metrics.family("app_info", "gauge", "information about the daemon")
  metrics.sample("app_info", [("name", "kindred"), ("version", Version.kindred)], 1)
  metrics.single(
    "app_status_recovery_mode", "gauge", "is the daemon still replaying its log",
    {
      if case .opening = daemon.gate.current { 1 } else { 0 }
    }())
  metrics.single("cluster_enabled", "gauge", "is there a cluster", 0)
  metrics.single(
    "kindred_uptime_seconds", "gauge", "time since start", daemon.startedAt.secondsUntilNow)
  metrics.single(
    "kindred_last_backup_timestamp_seconds", "gauge",
    "when the daemon has made its last backup, in seconds since 1970; 0 if none since it started",
    daemon.lastBackup.unixTime)
  metrics.single(
    "kindred_log_lines_dropped_total", "counter",
    "lines of the log that nobody was there to take", LogOutput.droppedLineCount)
  if let store = try? daemon.gate.store() { addStore(store.statistics, to: &metrics) }
  addResponses("rest", daemon.metrics.all, to: &metrics) { !(200..<300).contains($0) }
  if daemon.doors.grpc != nil {
    addResponses("grpc", daemon.metrics.allProcedures, to: &metrics) { $0 != 0 }
  }
  if let tls = daemon.tls { addTLS(tls, to: &metrics) }
  addProcess(to: &metrics)
  return metrics.text
}

private func addTLS(_ tls: TLSCondition, to metrics: inout PrometheusText) {
  if let certificate = tls.certificate {
    metrics.single(
      "kindred_tls_certificate_not_after_seconds", "gauge",
      "when the certificate expires, in seconds since 1970", certificate.notAfter)
    metrics.single(
      "kindred_tls_reload_blocked", "gauge",
      "whether the TLS files have changed and cannot be used", certificate.obstacle == nil ? 0 : 1)
  }
  metrics.single(
    "kindred_tls_handshake_failures_total", "counter", "handshakes that failed",
    tls.failedHandshakeCount)
}

private func addProcess(to metrics: inout PrometheusText) {
  let faults = ProcessFigures.pageFaults
  let figures: [(String, String, String, Int?)] = [
    (
      "memory_resident_bytes", "gauge", "pages in memory, mapped files included",
      ProcessFigures.residentByteCount
    ),
    ("process_threads", "gauge", "number of threads", ProcessFigures.threadCount),
    ("process_open_mmaps", "gauge", "number of mappings", ProcessFigures.mappingCount),
    (
      "system_max_mmaps", "gauge", "how many mappings a process may have",
      ProcessFigures.maxMappingCount
    ),
    (
      "process_open_fds", "gauge", "number of open file descriptors",
      ProcessFigures.openDescriptorCount
    ),
    (
      "process_max_fds", "gauge", "how many file descriptors may be open",
      ProcessFigures.maxDescriptorCount
    ),
    (
      "process_minor_page_faults_total", "counter", "page faults without reading from disk",
      faults?.minor
    ),
    (
      "process_major_page_faults_total", "counter", "page faults that read from disk",
      faults?.major
    ),
  ]
  for (name, type, help, figure) in figures {
    if let figure { metrics.single(name, type, help, figure) }
  }
}

private func addStore(_ statistics: StoreStatistics, to metrics: inout PrometheusText) {
  // Names that end in `_total` are counters to Prometheus; these are Qdrant's gauges.
  metrics.single(
    "collections_total", "untyped", "number of collections", statistics.collections.count)
  metrics.single(
    "collections_vector_total", "untyped", "number of vectors in all collections",
    statistics.collections.reduce(0) { $0 + $1.vectorCounts.reduce(0) { $0 + $1.count } })
  metrics.family("collection_vectors", "gauge", "number of vectors of a name")
  for collection in statistics.collections {
    for (name, count) in collection.vectorCounts {
      metrics.sample(
        "collection_vectors", [("collection", collection.name), ("vector", name)], count)
    }
  }
  let families: [(String, String, KeyPath<StoreStatistics.Collection, Int>)] = [
    ("collection_points", "number of points", \.pointCount),
    ("kindred_collection_deleted_points", "points hidden, not yet dropped", \.deletedPointCount),
    ("kindred_collection_segments", "segment files", \.segmentCount),
    ("kindred_collection_segment_bytes", "bytes of segment files", \.segmentByteCount),
    ("kindred_collection_memtable_bytes", "bytes not yet in segments", \.memtableByteCount),
    (
      "kindred_collection_postings_cache_bytes", "memory of decoded posting lists",
      \.postingsCacheByteCount
    ),
    (
      "kindred_collection_unverified_bytes",
      "bytes of segment files not yet compared with their checksums since the start",
      \.unverifiedByteCount
    ),
  ]
  for (name, help, figure) in families {
    metrics.family(name, "gauge", help)
    for collection in statistics.collections {
      metrics.sample(name, [("id", collection.name)], collection[keyPath: figure])
    }
  }
  metrics.single("kindred_wal_bytes", "gauge", "bytes of log files", statistics.logByteCount)
  metrics.single("kindred_wal_files", "gauge", "number of log files", statistics.logFileCount)
  metrics.single(
    "kindred_last_sequence_number", "gauge", "sequence number of the last batch",
    statistics.lastSequenceNumber)
  metrics.family("kindred_wal_sync_duration_seconds", "histogram", "time of log syncs")
  metrics.histogram("kindred_wal_sync_duration_seconds", [], statistics.syncs)
  metrics.single("kindred_flushes_total", "counter", "flushes done", statistics.flushCount)
  metrics.single(
    "kindred_compactions_total", "counter", "compactions done", statistics.compactionCount)
  metrics.single(
    "kindred_disk_free_bytes", "gauge", "bytes left on the data directory's device",
    statistics.availableDiskByteCount)
  metrics.single(
    "kindred_read_only", "gauge", "whether writes are refused until a restart",
    statistics.readOnlyReason == nil ? 0 : 1)
  metrics.single(
    "kindred_flush_blocked", "gauge", "whether the last flush failed and is tried again",
    statistics.flushObstacle == nil ? 0 : 1)
  metrics.single(
    "kindred_recovery_seconds", "gauge", "time the last start took to recover",
    statistics.recovery.seconds)
  metrics.single(
    "kindred_recovery_replayed_batches", "gauge", "batches replayed at the last start",
    statistics.recovery.replayedBatchCount)
  metrics.single(
    "kindred_recovery_quarantined_segments", "gauge",
    "damaged segments set aside, at the last start or since",
    statistics.recovery.quarantined.count)
}

/// - Parameters:
///   - protocolName: of REST or of gRPC, whose methods are all called in one way.
///   - isFailure: whether a status is not a success.
private func addResponses(
  _ protocolName: String, _ all: [(key: ServerMetrics.Key, timing: DurationHistogram)],
  to metrics: inout PrometheusText, isFailure: (Int) -> Bool
) {
  let family = protocolName + "_responses"
  func labels(_ key: ServerMetrics.Key) -> [(String, String)] {
    (protocolName == "rest" ? [("method", key.method)] : [])
      + [("endpoint", key.endpoint), ("status", String(key.status))]
  }
  metrics.family("\(family)_total", "counter", "total number of responses")
  for (key, timing) in all { metrics.sample("\(family)_total", labels(key), timing.count) }
  metrics.family(
    "\(family)_fail_total", "counter", "total number of responses that were not a success")
  for (key, timing) in all where isFailure(key.status) {
    metrics.sample("\(family)_fail_total", labels(key), timing.count)
  }
  metrics.family("\(family)_avg_duration_seconds", "gauge", "average response duration")
  for (key, timing) in all where timing.count > 0 {
    metrics.sample(
      "\(family)_avg_duration_seconds", labels(key), timing.seconds / Double(timing.count))
  }
  metrics.family("\(family)_duration_seconds", "histogram", "response duration histogram")
  for (key, timing) in all {
    metrics.histogram("\(family)_duration_seconds", labels(key), timing)
  }
}
