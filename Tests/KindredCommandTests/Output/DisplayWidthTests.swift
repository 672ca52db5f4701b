import KindredCommand
import Testing

struct DisplayWidthTests {
  @Test(arguments: [
    ("", 0), ("Matrix, The (1999)", 18), ("Été", 3), ("e\u{301}te\u{301}", 3), ("映画", 4),
    ("한국어", 6), ("\u{1100}\u{1161}", 2), ("ｶﾅ", 2), ("！", 2), ("👩‍👩‍👧", 2), ("❤\u{FE0F}", 2),
    ("a\u{200B}b", 2), ("🇫🇷", 2), ("עברית", 5), ("ไทย", 3),
  ])
  func `characters are as wide as terminals show them`(text: String, width: Int) {
    #expect(DisplayWidth.of(text) == width)
  }

  @Test func `text is cut between characters, and is never wider than asked for`() {
    #expect(DisplayWidth.cut("Matrix", to: 6) == "Matrix")
    #expect(DisplayWidth.cut("Matrix", to: 4) == "Mat…")
    #expect(DisplayWidth.cut("映画のタイトル", to: 6) == "映画…")
    #expect(DisplayWidth.cut("The Matrix", to: 5) == "The…")
    for text in ["映画のタイトル", "e\u{301}te\u{301} passé", "👩‍👩‍👧👩‍👩‍👧", "plain"] {
      for width in 0...12 {
        #expect(DisplayWidth.of(DisplayWidth.cut(text, to: width)) <= width, "\(text) \(width)")
      }
    }
  }

  @Test func `what a terminal would obey is shown instead`() {
    #expect(DisplayWidth.harmless("a\u{1B}[2Jb\n\u{9B}c\u{202E}") == "a�[2Jb��c�")
    #expect(DisplayWidth.harmless("Été 映画") == "Été 映画")
    #expect(DisplayWidth.harmlessLines("a\n  b\u{7}") == "a\n  b�")
  }
}
