package import JSONCodec
internal import Synchronization

/// Words too common to tell one text from another.
package enum Stopwords {
  private static let known = Mutex<[Language: Set<ByteString>]>([:])

  /// The list of a language, in lower case; empty when there is none.
  package static func words(of language: Language) -> Set<ByteString> {
    known.withLock { known in
      if let words = known[language] { return words }
      let text = StopwordLists.text(of: language) ?? ""
      let words = Set(text.split(separator: " ").map { ByteString(String($0)) })
      known[language] = words
      return words
    }
  }
}
