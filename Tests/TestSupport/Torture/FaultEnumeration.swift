internal import Kindred
internal import StorageIO

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The life of a store on a simulated disk, repeated so that each file operation goes wrong once.
///
/// Afterwards the store is either right or read-only and says why; nothing acknowledged is lost, what
/// was refused has not happened, and no failed sync was tried again.
package struct FaultEnumeration {
  package static let faults: [Fault] = [
    .error(EIO), .error(ENOSPC), .error(EINTR), .error(EMFILE), .error(ENOMEM), .partialWrite(EIO),
    .partialWrite(ENOSPC),
    .errorAfterEffect(EIO),
  ]

  private static let failureLimit = 10

  /// Counts `faults`: lives with one fault each.
  package static func run(
    seed: UInt64, fault: Fault, stepCount: Int = 10
  ) async -> TortureReport {
    var report = TortureReport()
    var call = 0
    while report.failures.count < failureLimit {
      var life = FaultyLife(seed: seed, stepCount: stepCount, fault, atCall: call)
      let objection = await life.objection()
      guard call < life.disk.callCount || objection != nil else { break }
      report.count("faults")
      if let objection {
        report.failures.append("seed \(seed), \(fault) at call \(call): \(objection)")
      }
      call += 1
    }
    return report
  }
}

private struct FaultyLife {
  let disk = SimulatedFileSystem()
  private var expectation = CrashExpectation()
  private var generator: StepGenerator
  private var random: SeededGenerator
  private var check: CrashCheck
  private let stepCount: Int
  private let seed: UInt64
  private let faultyCall: Int
  private var isAfterFault = false

  init(seed: UInt64, stepCount: Int, _ fault: Fault, atCall call: Int) {
    self.seed = seed
    faultyCall = call
    disk.fail(call: call, with: fault)
    self.stepCount = stepCount
    generator = StepGenerator(seed: seed)
    random = SeededGenerator(seed: seed ^ 0x5EED)
    check = CrashCheck(random: SeededGenerator(seed: seed ^ 0xC4EC))
  }

  /// Lives, and says what is wrong.
  mutating func objection() async -> String? {
    do throws(Objection) {
      var store = try open()
      for _ in 0..<stepCount {
        if Int.random(in: 0..<8, using: &random) == 0 {
          try await close(store)
          store = try open()
        } else {
          guard try await perform(generator.next(expectation.acknowledged), on: store) else {
            break
          }
        }
      }
      store.abandon()
      try checkRetries()
      return await objectionToWhatIsLeft()
    } catch {
      return error.text
    }
  }

  private struct Objection: Error {
    let text: String
    init(_ text: String) { self.text = text }
  }

  /// The one fault may hit the first try. It must have let go of everything then.
  private mutating func open() throws(Objection) -> Store {
    for _ in 0..<2 {
      do throws(StoreError) {
        // Opening is a new start: what failed before is synced, and may be.
        isAfterFault = disk.callCount > faultyCall
        return try check.open(disk)
      } catch .storage(.io) {
      } catch {
        throw Objection("opening: \(error)")
      }
    }
    throw Objection("opening failed twice")
  }

  private func close(_ store: Store) async throws(Objection) {
    do throws(StoreError) {
      try await store.close()
    } catch .outOfSpace {
    } catch .storage, .readOnly {
      if let objection = objectionToReason(store) { throw Objection("closing: \(objection)") }
    } catch {
      throw Objection("closing: \(error)")
    }
    try checkRetries()
  }

  private func checkRetries() throws(Objection) {
    guard !isAfterFault, !disk.retriedSynchronizations.isEmpty else { return }
    throw Objection("synced again after a failure: \(disk.retriedSynchronizations)")
  }

  /// - Returns: whether the store can go on.
  private mutating func perform(
    _ step: StoreStep, on store: Store
  ) async throws(Objection) -> Bool {
    expectation.begin([step])
    var goesOn = true
    do throws(StoreError) {
      try await step.perform(on: store)
      expectation.acknowledge(0)
    } catch .outOfSpace {
      expectation.begin([])
    } catch {
      switch error {
      case .storage, .readOnly: expectation.begin([])
      // It may have happened.
      case .outcomeUnknown: break
      default: throw Objection("\(step): \(error)")
      }
      goesOn = false
      if let objection = objectionToReason(store) { throw Objection("\(step): \(objection)") }
      guard case .readOnly = await refusal(of: store) else {
        throw Objection("\(step) failed, and the store still takes writes")
      }
    }
    guard let found = try? StoreContents(store), found == expectation.acknowledged else {
      throw Objection("readers see what was not acknowledged after \(step)")
    }
    return goesOn
  }

  private func refusal(of store: Store) async -> StoreError? {
    do throws(StoreError) {
      try await store.createCollection("refused", CollectionConfiguration())
      return nil
    } catch {
      return error
    }
  }

  private func objectionToReason(_ store: Store) -> String? {
    guard let reason = store.statistics.readOnlyReason else { return "failed, but not read-only" }
    return reason.contains(CrashCheck.directory) ? nil : "the reason names no file: \(reason)"
  }

  private mutating func objectionToWhatIsLeft() async -> String? {
    let images = CrashImages.take(
      of: disk, seed: seed, expecting: expectation, origin: "afterwards")
    for image in images {
      if let objection = await check.objection(to: image) { return "\(image.origin): \(objection)" }
    }
    return nil
  }
}
