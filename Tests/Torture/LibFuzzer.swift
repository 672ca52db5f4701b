#if FUZZING
  import Foundation
  import StorageIO
  import TestSupport

  /// The decoder that `KINDRED_FUZZ_TARGET` names.
  private let target: FuzzTarget = {
    let name = ProcessInfo.processInfo.environment["KINDRED_FUZZ_TARGET"] ?? ""
    guard let target = FuzzTarget.named(name) else { fatalError("no target '\(name)'") }
    return target
  }()

  /// The function that libFuzzer calls, whose own `main` takes the place of the command in the
  /// program that `tools/torture --fuzz` builds.
  @_cdecl("LLVMFuzzerTestOneInput")
  public func runOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    target.run(SharedBytes(copying: UnsafeRawBufferPointer(start: start, count: count)))
    return 0
  }
#endif
