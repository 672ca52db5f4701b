import JSONCodec
import StorageIO

/// The work of a daemon between two samples of its metrics, and its state at the later one.
package struct LiveFigures: Sendable {
  package struct Endpoint: Sendable {
    package var name: String
    package var requestsPerSecond: Double
    package var latencies: LatencyHistogram
  }

  package struct Collection: Sendable {
    package var name: String
    package var pointCount: Double
    package var segmentCount: Double
    package var segmentByteCount: Double
    package var memtableByteCount: Double
  }

  /// The endpoints that were called, the most frequent first.
  package var endpoints: [Endpoint] = []
  package var requestsPerSecond: Double
  package var failuresPerSecond: Double
  package var latencies: LatencyHistogram
  package var batchesPerSecond: Double
  package var syncs: LatencyHistogram
  package var logByteCount: Double
  package var logFileCount: Double
  package var memoryByteCount: Double?
  package var diskFreeByteCount: Double
  package var flushCount: Double
  package var compactionCount: Double
  package var uptimeSeconds: Double
  package var version: String
  /// The collections, ordered by name.
  package var collections: [Collection]
  package var troubles: [String]

  private static let duration = "rest_responses_duration_seconds"
  /// Our own question is not what the daemon is busy with.
  private static let ownEndpoint = "/metrics"

  /// - Parameter earlier: `.empty` for all since the daemon's start.
  package init(from earlier: MetricsSample, to later: MetricsSample, seconds: Double) {
    // A daemon that was started meanwhile counts from 0 again.
    let isSame =
      later.total("kindred_uptime_seconds") ?? 0 >= earlier.total("kindred_uptime_seconds") ?? 0
    let earlier = isSame ? earlier : .empty
    let seconds = max(seconds, 0.001)
    func isOther(_ labels: [ByteString: String]) -> Bool {
      labels[ByteString("endpoint")] != Self.ownEndpoint
    }
    func rate(_ name: String) -> Double {
      let counts = [earlier, later].map { sample in
        sample[name].reduce(0) { $0 + (isOther($1.labels) ? $1.value : 0) }
      }
      return max(counts[1] - counts[0], 0) / seconds
    }
    func figure(_ name: String) -> Double { later.total(name) ?? 0 }
    requestsPerSecond = rate("rest_responses_total")
    failuresPerSecond = rate("rest_responses_fail_total")
    latencies = LatencyHistogram(Self.duration, from: earlier, to: later, where: isOther)
    batchesPerSecond = rate("kindred_last_sequence_number")
    syncs = LatencyHistogram("kindred_wal_sync_duration_seconds", from: earlier, to: later)
    logByteCount = figure("kindred_wal_bytes")
    logFileCount = figure("kindred_wal_files")
    memoryByteCount = later.total("memory_resident_bytes")
    diskFreeByteCount = figure("kindred_disk_free_bytes")
    flushCount = figure("kindred_flushes_total")
    compactionCount = figure("kindred_compactions_total")
    uptimeSeconds = figure("kindred_uptime_seconds")
    version = later["app_info"].first?.labels[ByteString("version")] ?? ""
    troubles = Self.troubles(later)
    collections = Self.collections(later)

    var names: Set<ByteString> = []
    for value in later["rest_responses_total"] where isOther(value.labels) {
      names.insert(ByteString(Self.endpointName(value.labels)))
    }
    for name in names {
      let latencies = LatencyHistogram(Self.duration, from: earlier, to: later) {
        ByteString(Self.endpointName($0)) == name
      }
      guard latencies.count > 0 else { continue }
      endpoints.append(
        Endpoint(
          name: name.text, requestsPerSecond: latencies.count / seconds, latencies: latencies))
    }
    endpoints.sort {
      ($1.requestsPerSecond, ByteString($0.name)) < ($0.requestsPerSecond, ByteString($1.name))
    }
  }

  private static func endpointName(_ labels: [ByteString: String]) -> String {
    (labels[ByteString("method")] ?? "") + " " + (labels[ByteString("endpoint")] ?? "")
  }

  private static func collections(_ sample: MetricsSample) -> [Collection] {
    func byName(_ family: String) -> [ByteString: Double] {
      Dictionary(
        sample[family].map { (ByteString($0.labels[ByteString("id")] ?? ""), $0.value) },
        uniquingKeysWith: { first, _ in first })
    }
    let points = byName("collection_points")
    let segments = byName("kindred_collection_segments")
    let segmentBytes = byName("kindred_collection_segment_bytes")
    let memtableBytes = byName("kindred_collection_memtable_bytes")
    return points.keys.sorted().map { name in
      Collection(
        name: name.text, pointCount: points[name] ?? 0, segmentCount: segments[name] ?? 0,
        segmentByteCount: segmentBytes[name] ?? 0, memtableByteCount: memtableBytes[name] ?? 0)
    }
  }

  private static func troubles(_ sample: MetricsSample) -> [String] {
    var troubles: [String] = []
    if sample.total("app_status_recovery_mode") ?? 0 > 0 { troubles.append("replaying its log") }
    if sample.total("kindred_read_only") ?? 0 > 0 {
      troubles.append("READ-ONLY until a restart")
    }
    if sample.total("kindred_flush_blocked") ?? 0 > 0 {
      troubles.append("the last flush failed and is tried again")
    }
    let quarantined = sample.total("kindred_recovery_quarantined_segments") ?? 0
    if quarantined > 0 {
      troubles.append("\(count(quarantined)) damaged segments set aside: see kindred stats")
    }
    return troubles
  }

  // MARK: For people

  /// - Parameters:
  ///   - span: the time that rates are of, as in `last 1 s`.
  ///   - height: endpoints and collections that do not fit are left out; nil for no limit.
  package func lines(span: String, width: Int?, height: Int?) -> [String] {
    var summary = Table([.init(""), .init("")])
    summary.rows = [
      [
        "requests",
        "\(Self.rate(requestsPerSecond))/s"
          + (failuresPerSecond > 0 ? ", \(Self.rate(failuresPerSecond))/s refused" : "")
          + (latencies.count > 0
            ? ", half within \(Self.time(latencies.quantile(0.5))), "
              + "99 % within \(Self.time(latencies.quantile(0.99)))" : ""),
      ],
      [
        "writes",
        "\(Self.rate(batchesPerSecond)) batches/s"
          + (syncs.count > 0 ? ", a sync \(Self.time(syncs.mean))" : ""),
      ],
      ["log", "\(Self.bytes(logByteCount)) in \(Self.count(logFileCount)) files"],
      [
        "segments",
        "\(Self.count(total(\.segmentCount))), \(Self.bytes(total(\.segmentByteCount)))"
          + "; in memory \(Self.bytes(total(\.memtableByteCount)))",
      ],
      [
        "made",
        "\(Self.count(flushCount)) flushes, \(Self.count(compactionCount)) compactions",
      ],
      [
        "memory",
        (memoryByteCount.map(Self.bytes) ?? "not known")
          + "; disk free \(Self.bytes(diskFreeByteCount))",
      ],
    ]
    var lines = [
      "kindred \(version), up \(Figures.duration(uptimeSeconds)), \(span)"
    ]
    lines += troubles.map { "! " + $0 }
    lines += summary.lines(width: width).dropFirst()
    let room = height.map { max($0 - lines.count - 1, 0) } ?? .max
    var tables: [[String]] = []
    if !endpoints.isEmpty { tables.append(endpointTable.lines(width: width)) }
    if !collections.isEmpty { tables.append(collectionTable.lines(width: width)) }
    // Half of the room for each, and what one does not need for the other.
    var left = room
    for (index, table) in tables.enumerated() {
      let share = left / (tables.count - index)
      let others = tables.dropFirst(index + 1).reduce(0) { $0 + $1.count + 1 }
      let taken = min(table.count + 1, max(share, left - others))
      if taken >= 3 { lines += [""] + table.prefix(taken - 1) }
      left -= taken >= 3 ? taken : 0
    }
    return lines.map { line in width.map { DisplayWidth.cut(line, to: $0) } ?? line }
  }

  private var endpointTable: Table {
    var table = Table([
      .init("endpoint"), .init("/s", .right), .init("half", .right), .init("99 %", .right),
    ])
    table.rows = endpoints.map {
      [
        $0.name, Self.rate($0.requestsPerSecond), Self.time($0.latencies.quantile(0.5)),
        Self.time($0.latencies.quantile(0.99)),
      ]
    }
    return table
  }

  private var collectionTable: Table {
    var table = Table([
      .init("collection"), .init("points", .right), .init("segments", .right),
      .init("on disk", .right), .init("memory", .right),
    ])
    table.rows = collections.map {
      [
        $0.name, Self.count($0.pointCount), Self.count($0.segmentCount),
        Self.bytes($0.segmentByteCount), Self.bytes($0.memtableByteCount),
      ]
    }
    return table
  }

  private func total(_ figure: KeyPath<Collection, Double>) -> Double {
    collections.reduce(0) { $0 + $1[keyPath: figure] }
  }

  private static func rate(_ value: Double) -> String {
    value >= 100 ? count(value) : Figures.fixed(value, places: 1)
  }

  private static func count(_ value: Double) -> String {
    Int(exactly: value.rounded()).map(Figures.grouped) ?? "\(value)"
  }

  private static func bytes(_ value: Double) -> String {
    Int(exactly: value.rounded()).map(Figures.bytes) ?? "\(value)"
  }

  /// `0.42 ms`, `120 ms`, `3.5 s`
  private static func time(_ seconds: Double?) -> String {
    guard let seconds else { return "" }
    if seconds >= 1 { return Figures.fixed(seconds, places: 1) + " s" }
    return Figures.fixed(seconds * 1000, places: seconds < 0.01 ? 2 : 0) + " ms"
  }

  // MARK: For programs

  package var json: JSONObject {
    func milliseconds(_ seconds: Double?) -> JSONValue {
      seconds.map { .double(($0 * 1_000_000).rounded() / 1000) } ?? .null
    }
    func whole(_ value: Double) -> JSONValue {
      Int64(exactly: value.rounded()).map { .integer($0) } ?? .double(value)
    }
    func rounded(_ rate: Double) -> JSONValue { .double((rate * 1000).rounded() / 1000) }
    return [
      "time": .string(Machine.timestamp + "Z"),
      "requests_per_second": rounded(requestsPerSecond),
      "failures_per_second": rounded(failuresPerSecond),
      "p50_ms": milliseconds(latencies.quantile(0.5)),
      "p99_ms": milliseconds(latencies.quantile(0.99)),
      "batches_per_second": rounded(batchesPerSecond),
      "sync_ms": milliseconds(syncs.mean),
      "log_bytes": whole(logByteCount), "log_files": whole(logFileCount),
      "points": whole(total(\.pointCount)), "segments": whole(total(\.segmentCount)),
      "segment_bytes": whole(total(\.segmentByteCount)),
      "memtable_bytes": whole(total(\.memtableByteCount)),
      "flushes": whole(flushCount), "compactions": whole(compactionCount),
      "memory_bytes": memoryByteCount.map(whole) ?? .null,
      "disk_free_bytes": whole(diskFreeByteCount), "uptime_seconds": rounded(uptimeSeconds),
      "troubles": .array(troubles.map { .string($0) }),
    ]
  }

  /// One line, `name=value` each.
  package var line: String {
    json.members.map { member in
      let value: String =
        switch member.value {
        case .string(let text): text
        case .null: "-"
        case .array(let elements):
          "\"" + elements.compactMap(\.asString).joined(separator: "; ") + "\""
        default: member.value.description
        }
      return "\(member.name)=\(value)"
    }.joined(separator: " ")
  }
}
