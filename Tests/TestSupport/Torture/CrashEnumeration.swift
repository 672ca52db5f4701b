internal import Kindred

/// The life of a store on a simulated disk, crashed at every mutating file operation in every way
/// that unsynced changes can be lost.
///
/// Each disk that a crash leaves must pass the `CrashCheck`. Some of the openings are crashed in
/// turn, at every operation, and checked likewise.
package struct CrashEnumeration {
  package struct Options: Sendable {
    package var seed: UInt64
    package var stepCount = 12
    /// One in this number of crashes has its recovery crashed as well.
    package var recoveryShare = 50
    /// Whether flushes and compactions also run by themselves, on tiny limits. The same seed is then
    /// not always the same life.
    package var backgroundWork: Bool

    /// The usual life: one in six with background work.
    package init(seed: UInt64) {
      self.seed = seed
      backgroundWork = seed % 6 == 0
    }
  }

  private static let failureLimit = 10
  private let options: Options
  private let watch = CrashWatch()
  private let images: CrashImages
  private var disk = SimulatedFileSystem()
  private var random: SeededGenerator
  private var generator: StepGenerator
  private var check: CrashCheck
  private var report = TortureReport()

  /// Counts `crashes` and `recovery crashes`: disks that were opened and compared.
  package static func run(_ options: Options) async -> TortureReport {
    var enumeration = CrashEnumeration(options)
    do {
      try await enumeration.live()
    } catch {
      enumeration.fail("the life itself", "\(error)")
    }
    return enumeration.report
  }

  private init(_ options: Options) {
    self.options = options
    images = CrashImages(seed: options.seed)
    random = SeededGenerator(seed: options.seed ^ 0x5EED)
    generator = StepGenerator(seed: options.seed)
    check = CrashCheck(random: SeededGenerator(seed: options.seed ^ 0xC4EC))
    if options.backgroundWork {
      check.options = StoreOptions(
        memtableByteCount: 20_000, compactionInterval: .milliseconds(5), backgroundWork: true)
    }
  }

  private mutating func fail(_ origin: String, _ what: String) {
    report.failures.append("seed \(options.seed), \(origin): \(what)")
  }

  private var hasFailed: Bool { report.failures.count >= Self.failureLimit }

  // MARK: The life

  private mutating func live() async throws(StoreError) {
    images.observe(disk, expecting: watch)
    var store = try check.open(disk)
    await checkImages("opening")
    for index in 0..<options.stepCount where !hasFailed {
      var what = "reopening"
      switch Int.random(in: 0..<14, using: &random) {
      case 0:
        try await store.close()
        store = try check.open(disk)
      case 1:
        // As a killed process leaves it, with the power on.
        disk.observeMutations(nil)
        let left = disk.afterKill()
        store.abandon()
        disk = left
        images.observe(disk, expecting: watch)
        store = try check.open(disk)
      case 2, 3:
        guard let name = watch.acknowledged.collections.keys.sorted().first?.text else { continue }
        what = "concurrent writes"
        try await perform(generator.concurrentWrites(to: name), on: store)
      default:
        let step = generator.next(watch.acknowledged)
        what = "\(step)"
        try await perform([step], on: store)
      }
      let found = try StoreContents(store)
      if found != watch.acknowledged {
        fail("step \(index) \(what)", watch.acknowledged.difference(from: found))
      }
      await checkImages("step \(index) \(what)")
    }
    disk.observeMutations(nil)
    store.abandon()
  }

  private func perform(_ steps: [StoreStep], on store: Store) async throws(StoreError) {
    watch.begin(steps)
    let results = await withTaskGroup(of: Result<Void, StoreError>.self) { [watch] group in
      for (index, step) in steps.enumerated() {
        group.addTask {
          do throws(StoreError) {
            try await step.perform(on: store)
            watch.acknowledge(index)
            return .success(())
          } catch {
            return .failure(error)
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    for result in results { try result.get() }
  }

  // MARK: The crashes

  private mutating func checkImages(_ what: String) async {
    for image in images.drain() where !hasFailed {
      if Int.random(in: 0..<options.recoveryShare, using: &random) == 0 {
        for inner in crashRecovery(of: image) {
          report.count("recovery crashes")
          if let objection = await check.objection(to: inner) {
            fail("\(what), crash at \(image.origin), then at \(inner.origin)", objection)
          }
        }
      }
      report.count("crashes")
      if let objection = await check.objection(to: image) {
        fail("\(what), crash at \(image.origin)", objection)
      }
    }
  }

  /// Images that crashes at every operation of opening the image would leave.
  private func crashRecovery(of image: CrashImages.Image) -> [CrashImages.Image] {
    let disk = image.disk.afterKill()
    let images = CrashImages(seed: options.seed)
    images.observe(disk, expecting: CrashWatch(image.expectation))
    let store = try? check.open(disk)
    disk.observeMutations(nil)
    store?.abandon()
    return images.drain()
  }
}
