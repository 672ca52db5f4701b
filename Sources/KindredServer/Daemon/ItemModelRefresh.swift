import Dispatch
import JSONCodec
import Kindred
import Logging
import StorageIO
import Synchronization

/// Trains item models anew once their collections have changed, where the request that made them asked
/// for it: their metadata keep that request.
final class ItemModelRefresh: Sendable {
  /// When a model is trained anew.
  struct Policy: Equatable {
    /// The change, as a share, of the number of ratings or of people that is enough.
    var changedShare: Double?
    /// The number of items that newly have raters enough to be learnt and that is enough.
    var addedItemCount: Int?
    /// The age in seconds at which any change is enough.
    var seconds: Int?

    init(_ input: JSONInput) throws {
      try input.refuseMembers(beside: ["changed_share", "added_items", "every_seconds"])
      changedShare = try input.optional("changed_share")?.double()
      addedItemCount = try input.optional("added_items")?.int()
      seconds = try input.optional("every_seconds")?.int()
      guard changedShare != nil || addedItemCount != nil || seconds != nil else {
        throw input.error(
          "expected `changed_share`, `added_items`, `every_seconds`, or several of them")
      }
      if let changedShare, !(0.001...1000 ~= changedShare) {
        throw input.error("`changed_share` must be from 0.001 to 1000")
      }
      if let addedItemCount, !(1...1_000_000_000 ~= addedItemCount) {
        throw input.error("`added_items` must be from 1 to 1000000000")
      }
      if let seconds, !(1...315_576_000 ~= seconds) {
        throw input.error("`every_seconds` must be from 1 to 315576000")
      }
    }

    func isDue(_ changedShare: Double, addedItemCount: Int, seconds age: Int) -> Bool {
      if let needed = self.changedShare, changedShare >= needed { return true }
      if let needed = self.addedItemCount, addedItemCount >= needed { return true }
      if let seconds { return changedShare > 0 && age >= seconds }
      return false
    }
  }

  private let store: Store
  private let logger: Logger
  private let queue = DispatchQueue(label: "kindred.refresh", qos: .utility)
  private let isStopped = Atomic(false)

  /// The time between one look and the next.
  private static let interval = DispatchTimeInterval.seconds(5)
  /// Seconds after which a model is looked at again once a training was begun, however that ended.
  private static let patience = 60

  init(_ store: Store, _ logger: Logger) {
    self.store = store
    self.logger = logger
  }

  func start() { look(againAt: [:]) }

  func stop() { isStopped.store(true, ordering: .relaxed) }

  /// - Parameter due: when models for which a training was begun may be looked at again.
  private func look(againAt due: [ByteString: Int]) {
    queue.asyncAfter(deadline: .now() + Self.interval) { [self] in
      if isStopped.load(ordering: .relaxed) { return }
      let now = Machine.unixTime
      var due = due.filter { $0.value > now }
      // One at a time: a training takes all processors.
      let next = store.collectionNames.lazy.compactMap { [due] name in
        due[ByteString(name)] == nil ? self.task(for: name, now) : nil
      }.first
      if let next {
        due[ByteString(next.modelCollection)] = now + Self.patience
        train(next)
      }
      look(againAt: due)
    }
  }

  private struct Refresh {
    var modelCollection: String
    var model: String
    var collection: String
    var changedShare: Double
    var parameters: ItemModelParameters
  }

  /// Nil when the collection holds no item model, or one that need not be refreshed.
  private func task(for name: String, _ now: Int) -> Refresh? {
    guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")),
      let collection = try? store.collection(String(name[..<dot]))
    else { return nil }
    let modelName = String(name[name.utf8.index(after: dot)...])
    guard let model = store.itemModel(modelName, of: collection),
      let request = model.trainedOn["request"].map({ JSONInput($0) }),
      let policy = try? request.optional("refresh").map({ try Policy($0) }),
      let parameters = try? ItemModelParameters(request)
    else { return nil }
    let trainedAt = (try? JSONInput(.object(model.trainedOn)).optional("trained_at")?.int()) ?? 0
    let changedShare = model.changedShare(for: collection)
    // Clocks are set back, and metadata may be anybody's.
    guard
      policy.isDue(
        changedShare, addedItemCount: model.addedItemCount(for: collection),
        seconds: max(0, now) - min(max(0, trainedAt), max(0, now)))
    else { return nil }
    return Refresh(
      modelCollection: name, model: modelName, collection: collection.name,
      changedShare: changedShare, parameters: parameters)
  }

  private func train(_ refresh: Refresh) {
    do {
      try store.trainItemModel(refresh.model, of: refresh.collection, refresh.parameters)
      logger.info(
        "training an item model anew",
        metadata: [
          "collection": "\(refresh.modelCollection)",
          "changed_share": .stringConvertible(refresh.changedShare),
        ])
    } catch {
      logger.warning(
        "an item model could not be refreshed",
        metadata: ["collection": "\(refresh.modelCollection)", "reason": "\(error)"])
    }
  }
}
