internal import Kindred
internal import StorageIO

/// The first requests to a store, when hardly a checksum has been compared.
enum FirstUse: CaseIterable {
  case nothing, scroll, search, retrieval, compaction, archive, backup, check

  /// - Parameters:
  ///   - contents: what the store holds.
  ///   - path: of the file that is damaged.
  /// - Returns: what is wrong; nil when the answer is right, or refused because of that file.
  func objection(
    _ store: Store, _ contents: StoreContents, damaged path: String,
    using random: inout SeededGenerator
  ) async -> String? {
    do throws(StoreError) {
      return try await answer(store, contents, path, using: &random)
    } catch .storage(.corrupt(let damaged, _, _)) {
      return damaged == path ? nil : "blames \(damaged)"
    } catch .invalid(let reason) where self == .backup {
      return reason.contains(path) ? nil : reason
    } catch {
      return "\(error)"
    }
  }

  private func answer(
    _ store: Store, _ contents: StoreContents, _ path: String,
    using random: inout SeededGenerator
  ) async throws(StoreError) -> String? {
    let points = contents.collections["c"]!.model.points
    let isWhole = store.statistics.recovery.quarantined.isEmpty
    switch self {
    case .nothing: return nil
    case .scroll:
      let view = try store.collection("c")
      let (records, _) = try view.scroll(limit: 1000, vectors: .all)
      return Self.difference(records, points)
    case .search: return try StoreProbe.wrongAnswer(store, contents, using: &random)
    case .retrieval:
      let wanted = points.keys.filter { _ in random.oneIn(2) }
      let records = try store.collection("c").retrieve(wanted, vectors: .all)
      return Self.difference(records, points.filter { wanted.contains($0.key) })
    case .compaction:
      try await store.compact("c")
      return isWhole ? "merges what is damaged" : nil
    case .archive:
      _ = try await store.createArchive(.collection("c"))
      return isWhole ? "makes a snapshot of what is damaged" : nil
    case .backup:
      _ = try await store.backUp(to: "/backup")
      return "makes a backup of what is damaged"
    case .check:
      let report = try await store.check()
      return report.findings.contains { $0.message.contains("damaged") || !isWhole }
        ? nil : "finds nothing"
    }
  }

  private static func difference(_ records: [Record], _ points: [PointID: Point]) -> String? {
    let found = Dictionary(
      records.map {
        ($0.id, Point(id: $0.id, vectors: $0.vectors ?? [:], payload: $0.payload ?? [:]))
      }, uniquingKeysWith: { first, _ in first })
    return found == points ? nil : "reads \(found), not \(points)"
  }
}
