import StorageIO
import TestSupport
import Testing

@Suite struct SHA256Tests {
  /// FIPS 180-4's examples, and lengths around a block's end (computed with coreutils).
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      String(repeating: "a", count: 55),
      "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"
    ),
    (
      String(repeating: "a", count: 64),
      "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"
    ),
  ]) func `the digest is the standard's`(text: String, digest: String) {
    #expect(SHA256.hexadecimal(SharedBytes(Array(text.utf8))) == digest)
  }

  @Test func `pieces of any length give the digest of the whole`() {
    var random = SeededGenerator(seed: 3)
    let bytes = random.bytes(1000)
    for _ in 0..<50 {
      var hash = SHA256()
      var start = 0
      while start < bytes.count {
        let end = min(bytes.count, start + Int.random(in: 0...150, using: &random))
        Array(bytes[start..<end]).withUnsafeBytes { hash.update($0) }
        start = end
      }
      #expect(hash.finish() == SHA256.hexadecimal(SharedBytes(bytes)))
    }
  }
}
