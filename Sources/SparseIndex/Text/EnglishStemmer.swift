/// The Porter2 stemmer for English (Snowball, "The English (Porter2) stemming algorithm" by Martin
/// Porter), in the form that rust-stemmers and so Qdrant and fastembed use.
///
/// R1 is what follows the first consonant after a vowel, R2 the same within R1. A suffix "in R1" lies
/// wholly behind that point.
package struct EnglishStemmer {
  /// Lower-case; `Y` is a y that stands for a consonant.
  private var letters: [UInt8]
  private var r1 = 0
  private var r2 = 0

  package static func stem(_ word: String) -> String {
    var letters = Array(word.utf8)
    guard letters.count > 2 else { return word }
    if let exception = exceptions[word] { return exception }
    if letters.first == UInt8(ascii: "'") { letters.removeFirst() }
    var stemmer = EnglishStemmer(letters: letters)
    stemmer.run()
    return String(decoding: stemmer.letters, as: UTF8.self)
  }

  private init(letters: [UInt8]) { self.letters = letters }

  private mutating func run() {
    markConsonantYs()
    findRegions()
    removeApostrophe()
    removePlural()
    if !Self.finished.contains(String(decoding: letters, as: UTF8.self)) {
      removePastAndProgressive()
      replaceFinalY()
      replaceDoubleSuffix()
      replaceSuffix()
      removeSuffix()
      removeFinalEOrL()
    }
    for index in letters.indices where letters[index] == Self.consonantY {
      letters[index] = UInt8(ascii: "y")
    }
  }

  private mutating func markConsonantYs() {
    for index in letters.indices where letters[index] == UInt8(ascii: "y") {
      if index == 0 || isVowel(index - 1) { letters[index] = Self.consonantY }
    }
  }

  private mutating func findRegions() {
    let special = ["gener", "commun", "arsen"].first { letters.starts(with: $0.utf8) }
    r1 = special?.utf8.count ?? regionStart(from: 0)
    r2 = regionStart(from: r1)
  }

  /// Behind the first consonant after a vowel.
  private func regionStart(from start: Int) -> Int {
    var index = start + 1
    while index < letters.count {
      if !isVowel(index), isVowel(index - 1), index - 1 >= start { return index + 1 }
      index += 1
    }
    return letters.count
  }

  /// Step 0: `'s'`, `'s`, `'`.
  private mutating func removeApostrophe() {
    if let suffix = longestSuffix(["'s'", "'s", "'"]) { drop(suffix) }
  }

  /// Step 1a.
  private mutating func removePlural() {
    switch longestSuffix(["sses", "ied", "ies", "us", "ss", "s"]) {
    case "sses": drop(2)
    case "ied", "ies": drop(letters.count > 4 ? 2 : 1)
    case "s":
      if hasVowel(before: letters.count - 2) { drop(1) }
    default: break
    }
  }

  /// Step 1b.
  private mutating func removePastAndProgressive() {
    guard let suffix = longestSuffix(["eedly", "eed", "ingly", "edly", "ing", "ed"]) else { return }
    if suffix.hasPrefix("eed") {
      if isInR1(suffix) { replace(suffix, by: "ee") }
      return
    }
    guard hasVowel(before: letters.count - suffix.utf8.count) else { return }
    drop(suffix)
    if longestSuffix(["at", "bl", "iz"]) != nil {
      letters.append(UInt8(ascii: "e"))
    } else if longestSuffix(["bb", "dd", "ff", "gg", "mm", "nn", "pp", "rr", "tt"]) != nil {
      drop(1)
    } else if r1 >= letters.count, endsInShortSyllable {
      letters.append(UInt8(ascii: "e"))
    }
  }

  /// Step 1c: y behind a consonant becomes i, except in two-letter words.
  private mutating func replaceFinalY() {
    guard letters.count > 2, let last = letters.last,
      last == UInt8(ascii: "y") || last == Self.consonantY, !isVowel(letters.count - 2)
    else { return }
    letters[letters.count - 1] = UInt8(ascii: "i")
  }

  /// Step 2.
  private mutating func replaceDoubleSuffix() {
    guard let suffix = longestSuffix(Self.doubleSuffixes), isInR1(suffix) else { return }
    switch suffix {
    case "ogi":
      if letters.count > 3, letters[letters.count - 4] == UInt8(ascii: "l") { drop(1) }
    case "li":
      if letters.count > 2, "cdeghkmnrt".utf8.contains(letters[letters.count - 3]) { drop(2) }
    default: replace(suffix, by: Self.doubleSuffixReplacements[suffix] ?? "")
    }
  }

  /// Step 3.
  private mutating func replaceSuffix() {
    let suffixes = [
      "ational", "tional", "alize", "icate", "iciti", "ative", "ical", "ness", "ful",
    ]
    guard let suffix = longestSuffix(suffixes), isInR1(suffix) else { return }
    switch suffix {
    case "tional": replace(suffix, by: "tion")
    case "ational": replace(suffix, by: "ate")
    case "alize": replace(suffix, by: "al")
    case "icate", "iciti", "ical": replace(suffix, by: "ic")
    case "ative": if isInR2(suffix) { drop(suffix) }
    default: drop(suffix)
    }
  }

  /// Step 4.
  private mutating func removeSuffix() {
    let suffixes = [
      "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous",
      "ive", "ize", "ion", "al", "er", "ic",
    ]
    guard let suffix = longestSuffix(suffixes), isInR2(suffix) else { return }
    if suffix == "ion" {
      guard letters.count > 3, "st".utf8.contains(letters[letters.count - 4]) else { return }
    }
    drop(suffix)
  }

  /// Step 5.
  private mutating func removeFinalEOrL() {
    if letters.last == UInt8(ascii: "e") {
      if isInR2("e") {
        drop(1)
      } else if isInR1("e") {
        var stem = self
        stem.drop(1)
        if !stem.endsInShortSyllable { drop(1) }
      }
    } else if letters.last == UInt8(ascii: "l"), isInR2("l"),
      letters.count > 1, letters[letters.count - 2] == UInt8(ascii: "l")
    {
      drop(1)
    }
  }

  // MARK: Letters

  private static let consonantY = UInt8(ascii: "Y")

  private func isVowel(_ index: Int) -> Bool { "aeiouy".utf8.contains(letters[index]) }

  private func hasVowel(before end: Int) -> Bool {
    end > 0 && (0..<end).contains { isVowel($0) }
  }

  /// A vowel between consonants (the last not w, x or Y) at the end, or a vowel and a consonant that
  /// are the whole word.
  private var endsInShortSyllable: Bool {
    let count = letters.count
    if count == 2 { return isVowel(0) && !isVowel(1) }
    guard count > 2, !isVowel(count - 3), isVowel(count - 2), !isVowel(count - 1) else {
      return false
    }
    return !"wxY".utf8.contains(letters[count - 1])
  }

  /// - Parameter suffixes: longer ones before their own endings.
  private func longestSuffix(_ suffixes: [String]) -> String? {
    suffixes.first {
      letters.count >= $0.utf8.count && letters.suffix($0.utf8.count).elementsEqual($0.utf8)
    }
  }

  private func isInR1(_ suffix: String) -> Bool { letters.count - suffix.utf8.count >= r1 }
  private func isInR2(_ suffix: String) -> Bool { letters.count - suffix.utf8.count >= r2 }

  private mutating func drop(_ suffix: String) { drop(suffix.utf8.count) }
  private mutating func drop(_ count: Int) { letters.removeLast(count) }

  private mutating func replace(_ suffix: String, by replacement: String) {
    drop(suffix)
    letters.append(contentsOf: replacement.utf8)
  }

  private static let doubleSuffixes = [
    "ational", "fulness", "iveness", "ization", "ousness", "biliti", "lessli", "tional", "alism",
    "aliti", "ation", "entli", "fulli", "iviti", "ousli", "abli", "alli", "anci", "ator", "enci",
    "izer", "bli", "ogi", "li",
  ]

  private static let doubleSuffixReplacements = [
    "ational": "ate", "fulness": "ful", "iveness": "ive", "ization": "ize", "ousness": "ous",
    "biliti": "ble", "lessli": "less", "tional": "tion", "alism": "al", "aliti": "al",
    "ation": "ate", "entli": "ent", "fulli": "ful", "iviti": "ive", "ousli": "ous", "abli": "able",
    "alli": "al", "anci": "ance", "ator": "ate", "enci": "ence", "izer": "ize", "bli": "ble",
  ]

  /// Whole words with a stem of their own.
  private static let exceptions = [
    "skis": "ski", "skies": "sky", "dying": "die", "lying": "lie", "tying": "tie", "idly": "idl",
    "gently": "gentl", "ugly": "ugli", "early": "earli", "only": "onli", "singly": "singl",
    "sky": "sky", "news": "news", "howe": "howe", "atlas": "atlas", "cosmos": "cosmos",
    "bias": "bias", "andes": "andes",
  ]

  /// Words that are done after the plural was removed.
  private static let finished: Set = [
    "inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed",
  ]
}
