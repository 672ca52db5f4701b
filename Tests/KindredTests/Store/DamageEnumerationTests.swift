import TestSupport
import Testing

@Suite struct DamageEnumerationTests {
  @Test func `every bit flipped and every file cut is noticed or harmless`() async {
    let report = await DamageEnumeration.run(seed: 3)
    for failure in report.failures { Issue.record("\(failure)") }
    print("damage: \(report.counts)")
    #expect(report.counts["bit flips", default: 0] > 20_000)
    #expect(report.counts["cuts", default: 0] > 2_500)
  }
}
