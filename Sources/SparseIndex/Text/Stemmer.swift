internal import CSnowball
internal import StorageIO
internal import Synchronization

/// Cuts words down to their stems: the Snowball stemmer of a language, from the system's libstemmer.
///
/// Another version of the library may cut some words in another way. `fingerprint` tells, so that what
/// was indexed with one version is not searched with another.
package struct Stemmer: Equatable, Sendable {
  package let language: Language

  /// Nil when the library has no stemmer for the language.
  package init?(_ language: Language) {
    guard Language.withStemmer.contains(language), let handle = SnowballHandle.take(language)
    else { return nil }
    handle.giveBack(language)
    self.language = language
  }

  /// - Parameter word: lower-case; a word of other letters comes back as it is.
  package func stem(_ word: String) -> String { Stems(self).stem(word) }

  /// The stems of some thousand made-up words, as one number: of the language's common words with
  /// endings of several languages.
  package var fingerprint: UInt32 {
    if let known = Self.fingerprints.withLock({ $0[language] }) { return known }
    let stems = Stems(self)
    var fingerprint: UInt32 = 0
    for word in (StopwordLists.text(of: language) ?? Self.otherWords).split(separator: " ") {
      for ending in Self.endings {
        let stem = stems.stem(word + ending) + " "
        fingerprint = CRC32C.checksum(Array(stem.utf8), continuing: fingerprint)
      }
    }
    Self.fingerprints.withLock { $0[language] = fingerprint }
    return fingerprint
  }

  private static let fingerprints = Mutex<[Language: UInt32]>([:])

  private static let endings = [
    "", "s", "es", "ed", "er", "en", "ing", "ings", "ly", "ation", "ational", "ness", "ism", "ist",
    "ogi", "y", "ies", "iv", "ement", "heit", "lich", "ung", "ade", "het", "mente", "ando", "ität",
  ]

  /// For languages without a list of common words.
  private static let otherWords = "մարդիկ գրքերի տուն սիրում ելնող வீடுகள் மரங்கள் செய்தான் நல்ல ஓடினார்கள்"
}

/// A stemmer at work. It is one thread's: the library keeps the last stem in it.
package final class Stems {
  private let language: Language
  private let handle: SnowballHandle?

  package init(_ stemmer: Stemmer) {
    language = stemmer.language
    handle = SnowballHandle.take(language)
  }

  deinit { handle?.giveBack(language) }

  /// Longer words are left as they are: the library takes time with the square of their length.
  static let maxByteCount = 1024

  package func stem(_ word: String) -> String {
    guard let handle, word.utf8.count <= Self.maxByteCount else { return word }
    var text = word
    return text.withUTF8 { bytes in
      guard let start = bytes.baseAddress,
        let stem = sb_stemmer_stem(handle.stemmer, start, Int32(bytes.count))
      else { return word }
      let count = Int(sb_stemmer_length(handle.stemmer))
      return String(decoding: UnsafeBufferPointer(start: stem, count: count), as: UTF8.self)
    }
  }
}

/// One of the library's stemmers; making one takes longer than using it.
///
/// It may move between threads: `take` hands it to one holder at a time.
private struct SnowballHandle: @unchecked Sendable {
  let stemmer: OpaquePointer

  private static let idle = Mutex<[Language: [SnowballHandle]]>([:])

  /// Nil when the library has none for the language, or no memory.
  static func take(_ language: Language) -> SnowballHandle? {
    if let handle = idle.withLock({ $0[language]?.popLast() }) { return handle }
    guard let stemmer = sb_stemmer_new(language.rawValue, "UTF_8") else { return nil }
    return SnowballHandle(stemmer: stemmer)
  }

  func giveBack(_ language: Language) {
    Self.idle.withLock { $0[language, default: []].append(self) }
  }
}
