import Testing
@Test func stubSparseIndex() { #expect(1 + 1 == 2) }
