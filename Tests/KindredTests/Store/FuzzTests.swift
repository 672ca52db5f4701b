import TestSupport
import Testing

/// A short run of what `tools/torture --fuzz` does for long; the corpus holds what was found.
@Suite struct FuzzTests {
  @Test(arguments: (FuzzTarget.files + FuzzTarget.requests).map(\.name))
  func `any bytes at all are read or refused`(name: String) throws {
    let target = try #require(FuzzTarget.named(name))
    #expect(!target.corpus.isEmpty)
    var driver = FuzzDriver(target, seed: 1)
    #expect(driver.run(count: 4_000) > 4_000)
  }
}
