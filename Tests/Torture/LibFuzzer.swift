#if FUZZING
  import Foundation
  import StorageIO
  import TestSupport

  /// What `tools/torture --fuzz` builds in the place of the command: libFuzzer's own command line
  /// over the target that `KINDRED_FUZZ_TARGET` names.
  @main
  enum LibFuzzer {
    private static let target: FuzzTarget = {
      let name = ProcessInfo.processInfo.environment["KINDRED_FUZZ_TARGET"] ?? ""
      guard let target = FuzzTarget.named(name) else { fatalError("no target '\(name)'") }
      return target
    }()

    static func main() {
      _ = target
      var count = CommandLine.argc
      var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
      exit(
        runDriver(&count, &arguments) { start, count in
          LibFuzzer.target.run(
            SharedBytes(copying: UnsafeRawBufferPointer(start: start, count: count)))
          return 0
        })
    }
  }

  @_silgen_name("LLVMFuzzerRunDriver")
  private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
  ) -> CInt
#endif
