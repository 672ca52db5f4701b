import Dispatch
import JSONCodec
import SparseIndex
import StorageIO
import Synchronization

extension Store {
  /// Begins to train an item model of a collection in the background, at a priority below that of
  /// reads and writes. What it makes becomes the collection `ItemModel.collectionName`, in the place
  /// of the model that was there, in one step; until then, and when anything goes wrong, that one
  /// stays. A restart ends it.
  ///
  /// - Throws: `.invalid` for parameters out of bounds and for a name with a dot, `.tooLarge` for a
  ///   training that takes more memory than it may, `.busy` while any model is being trained.
  public func trainItemModel(
    _ name: String, of collection: String, _ parameters: ItemModelParameters
  ) throws(StoreError) {
    try checkOpen()
    try health.checkWritable()
    try parameters.validate()
    let view = try self.collection(collection)
    let target = try itemModelCollectionName(name, of: view.name)
    try StoreLimits.check(name: target)
    try view.validate(parameters.filter)
    try view.checkVectorName(parameters.using)
    guard view.configuration.sparseVectors[parameters.using] != nil else {
      throw .vectorNotFound(parameters.using)
    }
    let catalogue: CollectionView? =
      if let catalogue = parameters.catalogue { try self.collection(catalogue) } else { nil }
    var kept = CollectionConfiguration()
    kept.annotations["metadata"] = .object([ItemModel.metadataName: .object(parameters.annotations)]
    )
    try ConfigurationValidation().check(kept)
    if let other = try? committer.published.view(of: target), ItemModel(other) == nil {
      throw .invalid("there is a collection `\(target)`, and it is not an item model")
    }
    let threadCount = Machine.processorCount
    try checkMemory(view, parameters, threadCount: threadCount)
    let job = ItemModelJob(of: view.identity)
    try itemModelJobs.add(job, named: target)
    let training = ItemModelTraining(
      view: view, catalogue: catalogue, parameters: parameters, job: job, threadCount: threadCount)
    Task.detached(priority: .utility) { [self] in
      do throws(StoreError) {
        guard let model = try await training.run() else { return job.end(.cancelled) }
        job.publish()
        try await publish(model, as: target, of: view)
        job.end(.ready)
      } catch {
        if job.isCancelled {
          job.end(.cancelled)
        } else {
          job.end(.failed, reason: "\(error)")
        }
      }
    }
  }

  /// Refuses what takes too much before anything is counted: by segments, where one item may be met
  /// several times or be in one of them only.
  private func checkMemory(
    _ view: CollectionView, _ parameters: ItemModelParameters, threadCount: Int
  ) throws(StoreError) {
    var ratingCount = 0
    var itemCount = 0
    for live in view.segments {
      guard let sections = live.segment.sparseSections(parameters.using) else { continue }
      ratingCount += sections.postings.postingCount
      itemCount = max(itemCount, sections.postings.dimensionCount)
    }
    guard ratingCount > 0 else {
      throw .invalid("nobody has rated anything: there is nothing to learn from")
    }
    try ItemModelTrainer.checkMemory(
      ratingCount: ratingCount, itemCount: itemCount, parameters, threadCount: threadCount)
  }

  /// A model's name has no dot, so that no two collections' models are one collection.
  private func itemModelCollectionName(
    _ name: String, of collection: String
  ) throws(StoreError) -> String {
    guard !name.utf8.contains(UInt8(ascii: ".")) else {
      throw .invalid("the item model's name `\(name)` must not contain a dot")
    }
    return ItemModel.collectionName(name, of: collection)
  }

  /// The training of that model that runs, or ran last, since the store was opened; nil when there was
  /// none, or only one of another collection that had the name.
  public func itemModelProgress(_ name: String, of collection: String) -> ItemModelProgress? {
    guard let view = try? committer.published.view(of: collection),
      let target = try? itemModelCollectionName(name, of: view.name),
      let job = itemModelJobs[target], job.source == view.identity
    else { return nil }
    return job.progress
  }

  /// The model of the collection of that name; nil when there is none, or when it was made of another
  /// collection that had the name.
  public func itemModel(_ name: String, of view: CollectionView) -> ItemModel? {
    guard
      // Damage of it refuses what is read of it, not this.
      let found = try? committer.published.view(of: ItemModel.collectionName(name, of: view.name))
        .bound(to: view.context),
      let model = ItemModel(found), model.source == view.identity
    else { return nil }
    return model
  }

  /// Cancels a training and removes the model.
  /// - Returns: whether there was either.
  public func deleteItemModel(
    _ name: String, of collection: String
  ) async throws(StoreError) -> Bool {
    let target = try itemModelCollectionName(name, of: collection)
    let job = itemModelJobs.remove(target)
    job?.cancel()
    guard let found = try? committer.published.view(of: target), ItemModel(found) != nil else {
      return job != nil
    }
    return try await deleteCollection(target)
  }

  /// Makes a collection of the model's points, or puts it in the place of the one before, in one step:
  /// a crash leaves that one.
  private func publish(
    _ model: ItemModelTraining.Outcome, as name: String, of view: CollectionView
  ) async throws(StoreError) {
    try ConfigurationValidation().check(model.configuration)
    let identity = try await stage(model.configuration)
    do throws(StoreError) {
      // From here on the manifest knows the collection, and can name its file.
      try await flush()
      let segment = try await onSegmentThread { _ in
        Result { () throws(StorageError) in
          try MemorySegment.build(
            model.points, configuration: model.configuration, collection: identity)
        }.mapError { .storage($0) }
      }
      try await install(
        segment, identity: identity, configuration: model.configuration,
        operation: "train an item model")
      try await decide { (state) throws(StoreError) in
        guard !model.job.isCancelled else { throw .closed }
        guard state.collections[view.identity] != nil else {
          throw .invalid("the collection has been deleted meanwhile")
        }
        var operations: [LogOperation] = []
        if let before = try? state.collection(name) {
          guard
            ItemModel(before.view(sequenceNumber: state.sequenceNumber)) != nil,
            before.name == name
          else { throw .invalid("`\(name)` is not an item model") }
          operations.append(.dropCollection(identity: before.identity))
        }
        try state.checkRoom(for: model.configuration)
        operations.append(
          .createCollection(identity: identity, name: name, configuration: model.configuration))
        // An alias of the model before goes with it.
        if state.aliases.values.contains(ByteString(name)) {
          operations.append(.setAliases(state.aliases))
        }
        return operations
      }
    } catch {
      // A failure here is passed over: the next start drops the collection.
      _ = try? await decide { (_) throws(StoreError) in [.dropCollection(identity: identity)] }
      throw error
    }
  }
}

/// The data and parameters that one training works on.
struct ItemModelTraining: Sendable {
  struct Outcome: Sendable {
    let points: [Point]
    let configuration: CollectionConfiguration
    let job: ItemModelJob
  }

  let view: CollectionView
  let catalogue: CollectionView?
  let parameters: ItemModelParameters
  let job: ItemModelJob
  let threadCount: Int

  /// - Returns: nil when cancelled.
  /// - Throws: where there is no room for the threads, `.tooLarge`.
  func run() async throws(StoreError) -> Outcome? {
    let worker = try translating { () throws(StorageError) in
      try Worker(name: "kindred.train", threadCount: threadCount)
    }
    let result = await withCheckedContinuation { continuation in
      worker.submit {
        continuation.resume(
          returning: Result { () throws(StoreError) in try train(on: worker) })
      }
    }
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        worker.stop()
        continuation.resume()
      }
    }
    return try result.get()
  }

  private func train(on worker: Worker) throws(StoreError) -> Outcome? {
    let statistics = view.ratingStatistics(using: parameters.using)
    try ItemModelTrainer.checkMemory(
      ratingCount: statistics.ratingCount, itemCount: statistics.items.count, parameters,
      threadCount: threadCount)
    let curve = parameters.input.curve(for: statistics.distribution)
    guard
      let matrix = RatingMatrix(
        of: view, parameters, statistics, map: curve, isCancelled: { job.isCancelled })
    else { return nil }
    let trainer = ItemModelTrainer(matrix, parameters) { [job] in job.isCancelled }
    job.begin(trainer)
    inParallel(on: worker) { trainer.addProducts() }
    trainer.endStep()
    inParallel(on: worker) { trainer.solve() }
    if job.isCancelled { return nil }
    let rows = trainer.solved
    guard rows.contains(where: { !$0.isEmpty }) else {
      throw .invalid("no item has enough raters: there is nothing to learn from")
    }
    let points = ItemModel.points(rows, of: matrix, catalogue: catalogue)
    // Nothing is made of what is damaged.
    try view.checkContext()
    try catalogue?.checkContext()
    var configuration = CollectionConfiguration(
      sparseVectors: [ByteString(ItemModel.vectorName): SparseVectorParameters()])
    configuration.payloadIndexes = catalogue?.configuration.payloadIndexes ?? [:]
    configuration.annotations["metadata"] = .object([
      ItemModel.metadataName: .object(metadata(matrix, curve, statistics, rows))
    ])
    return Outcome(points: points, configuration: configuration, job: job)
  }

  /// Runs it on every thread, this one among them, and waits for all.
  private func inParallel(on worker: Worker, _ body: @escaping @Sendable () -> Void) {
    let others = (1..<threadCount).map { _ in Promise<Bool>() }
    for other in others {
      worker.submit {
        body()
        other.keep(true)
      }
    }
    body()
    for other in others { _ = other.wait() }
  }

  private func metadata(
    _ matrix: RatingMatrix, _ curve: WeightCurve, _ statistics: RatingStatistics,
    _ rows: [ItemModelTrainer.Row]
  ) -> JSONObject {
    var metadata = parameters.json
    for member in parameters.annotations.members { metadata[member.name] = member.value }
    metadata["trained_at"] = .integer(Int64(Machine.unixTime))
    metadata["collection"] = .string(view.name)
    metadata["collection_identity"] = .integer(Int64(view.identity))
    metadata["collection_people"] = .integer(Int64(statistics.personCount))
    metadata["collection_ratings"] = .integer(Int64(statistics.ratingCount))
    metadata["collection_items"] = .integer(
      Int64(statistics.itemCount(ratedBy: parameters.minRaters)))
    metadata["map"] = .object(ItemModel.json(curve, within: statistics.distribution?.range))
    metadata["people"] = .integer(Int64(matrix.personCount))
    metadata["ratings"] = .integer(Int64(matrix.ratingCount))
    metadata["items"] = .integer(Int64(rows.count { !$0.isEmpty }))
    metadata["weights"] = .integer(Int64(rows.reduce(0) { $0 + $1.count }))
    metadata["seconds"] = .double(job.seconds)
    return metadata
  }
}
