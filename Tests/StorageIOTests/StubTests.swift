import Testing
@Test func stubStorageIO() { #expect(1 + 1 == 2) }
