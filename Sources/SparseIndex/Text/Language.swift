/// A language whose words are known: which are too common to count, or how they are cut to their stems.
package enum Language: String, CaseIterable, Sendable {
  case arabic, armenian, azerbaijani, basque, bengali, catalan, chinese, danish, dutch, english
  case finnish, french, german, greek, hebrew, hinglish, hungarian, indonesian, italian, japanese
  case kazakh, nepali, norwegian, portuguese, romanian, russian, slovene, spanish, swedish, tajik
  case tamil, turkish

  /// - Parameter name: its English name in lower case, or its two letters.
  package init?(named name: String) {
    guard let language = Self(rawValue: name) ?? Self.allCases.first(where: { $0.code == name })
    else { return nil }
    self = language
  }

  /// The two letters that Qdrant knows it by.
  package var code: String? {
    switch self {
    case .arabic: "ar"
    case .armenian: "hy"
    case .azerbaijani: "az"
    case .basque: "eu"
    case .bengali: "bn"
    case .catalan: "ca"
    case .chinese: "zh"
    case .danish: "da"
    case .dutch: "nl"
    case .english: "en"
    case .finnish: "fi"
    case .french: "fr"
    case .german: "de"
    case .greek: "el"
    case .hebrew: "he"
    case .hinglish: nil
    case .hungarian: "hu"
    case .indonesian: "id"
    case .italian: "it"
    case .japanese: "jp"
    case .kazakh: "kk"
    case .nepali: "ne"
    case .norwegian: "no"
    case .portuguese: "pt"
    case .romanian: "ro"
    case .russian: "ru"
    case .slovene: "sl"
    case .spanish: "es"
    case .swedish: "sv"
    case .tajik: "tg"
    case .tamil: "ta"
    case .turkish: "tr"
    }
  }

  package static let withStopwords = allCases.filter { StopwordLists.text(of: $0) != nil }

  /// Languages with a Snowball stemmer.
  package static let withStemmer: [Language] = [
    .arabic, .armenian, .danish, .dutch, .english, .finnish, .french, .german, .greek, .hungarian,
    .italian, .norwegian, .portuguese, .romanian, .russian, .spanish, .swedish, .tamil, .turkish,
  ]
}
