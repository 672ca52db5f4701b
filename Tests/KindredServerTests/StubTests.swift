import Testing
@Test func stubKindredServer() { #expect(1 + 1 == 2) }
