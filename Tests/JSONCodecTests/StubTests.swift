import Testing
@Test func stubJSONCodec() { #expect(1 + 1 == 2) }
