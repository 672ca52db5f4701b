import Testing
@Test func stubKindred() { #expect(1 + 1 == 2) }
