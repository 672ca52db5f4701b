import Testing
@Test func stubKindredCommand() { #expect(1 + 1 == 2) }
