import JSONCodec
import TestSupport
import Testing

@Suite struct ByteStringTests {
  @Test func `bytes decide what is equal, and the order`() {
    let texts = JSONValue.equivalentTexts
    for left in texts {
      for right in texts {
        let (leftBytes, rightBytes) = (Array(left.utf8), Array(right.utf8))
        #expect((ByteString(left) == ByteString(right)) == (leftBytes == rightBytes))
        #expect(
          (ByteString(left) < ByteString(right)) == leftBytes.lexicographicallyPrecedes(rightBytes))
      }
    }
    #expect(Set(texts.map { ByteString($0) }).count == texts.count)
    #expect(Set(texts).count < texts.count, "Swift's own equality is another")
  }

  @Test func `names of a path are equal when their bytes are`() {
    for name: (String) -> JSONPath in [
      { JSONPath(first: $0) }, { JSONPath(first: "a", rest: [.name($0)]) },
    ] {
      let paths = JSONValue.equivalentTexts.map(name)
      #expect(Set(paths).count == paths.count)
      for (left, leftText) in zip(paths, JSONValue.equivalentTexts) {
        for (right, rightText) in zip(paths, JSONValue.equivalentTexts) {
          #expect((left == right) == leftText.utf8.elementsEqual(rightText.utf8))
        }
      }
    }
  }

  @Test func `a dictionary of names keeps their bytes apart`() {
    var dictionary: [ByteString: Int] = ["Å": 1]
    dictionary["\u{212B}"] = 2
    let name = "A\u{30A}"
    dictionary[name] = 3
    #expect(dictionary.count == 3 && dictionary["Å"] == 1 && dictionary[name] == 3)
    dictionary[name] = nil
    #expect(dictionary == ["Å": 1, "\u{212B}": 2])
  }

  @Test func `a path has a limit`() throws {
    let longest = Array(repeating: "a", count: JSONPath.maxStepCount + 1)
    #expect(try JSONPath(parsing: longest.joined(separator: ".")).rest.count == longest.count - 1)
    for path in [
      (longest + ["a"]).joined(separator: "."), "a" + String(repeating: "[]", count: 65),
    ] {
      #expect(throws: InvalidJSONPath(text: path)) { try JSONPath(parsing: path) }
    }
  }
}
