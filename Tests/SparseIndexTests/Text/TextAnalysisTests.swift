import JSONCodec
import SparseIndex
import Testing

@Suite("Text analysis")
struct TextAnalysisTests {
  // MARK: Words

  @Test(arguments: [
    (Tokenizer.word, "Hello, wörld_2! x", ["Hello", "wörld", "2", "x"]),
    (.whitespace, " Hello,\twörld_2!\u{3000}x", ["Hello,", "wörld_2!", "x"]),
    (.multilingual, "東京 tower", ["東", "京", "tower"]),
    (.multilingual, "Café ÀÉ œuvre ﬁn 42 a1 ①", ["cafe", "ae", "oeuvre", "fin", "a1"]),
    (.multilingual, "Ελλάδα Йод שָׁלוֹם がぎ", ["ελλαδα", "йод", "שלום", "が", "ぎ"]),
    (.code, "getUserName", ["get", "User", "Name", "getUserName"]),
    (.code, "get_user_name(x)", ["get", "user", "name", "getusername", "x"]),
    (
      .code, "parseHTTPResponse2 v2Beta",
      [
        "parse", "HTTP", "Response2", "parseHTTPResponse2", "v2", "Beta", "v2Beta",
      ]
    ),
    (.code, "1Abc ABC __init__ a.b-c", ["1Abc", "ABC", "init", "a", "b", "c"]),
    (
      .code, "ABc ABCd HTTP2Server x日Y",
      [
        "A", "Bc", "ABc", "AB", "Cd", "ABCd", "HTTP2", "Server", "HTTP2Server", "x日", "Y", "x日Y",
      ]
    ),
    (.word, "", []), (.word, "—!?", []), (.word, "½ ⅷ ٣", ["½", "ⅷ", "٣"]),
  ])
  func `text is cut into words`(tokenizer: Tokenizer, text: String, words: [String]) {
    #expect(tokenizer.words(of: text).map(String.init) == words)
  }

  @Test func `the default is lower-case words as they are`() {
    let analysis = TextAnalysis()
    #expect(analysis.documentTerms("The Cats, the CATS") == ["the", "cats", "the", "cats"])
    #expect(analysis.queryTerms("The Cats") == ["the", "cats"])
  }

  @Test func `stop words go before stemming, lengths are checked after it`() {
    var analysis = TextAnalysis.english
    #expect(analysis.documentTerms("It was running, they're dogs") == ["run", "dog"])
    analysis.minTokenLength = 4
    #expect(analysis.documentTerms("running generously") == ["generous"])
    analysis.maxTokenLength = 5
    #expect(analysis.documentTerms("running generously horses") == ["hors"])
  }

  @Test func `prefixes are spelled out in documents and longest in queries`() {
    let analysis = TextAnalysis(tokenizer: .prefix, minTokenLength: 2, maxTokenLength: 4)
    #expect(analysis.documentTerms("a sea Swift") == ["se", "sea", "sw", "swi", "swif"])
    #expect(analysis.queryTerms("a sea Swift") == ["sea", "swif"])
  }

  @Test(arguments: [
    ("ação", "acao"), ("Straße", "Strasse"), ("Øresund", "Oresund"), ("naïve", "naive"),
    ("plain", "plain"), ("東京", "東京"), ("ﬁ", "fi"), ("a\u{0}é", "a\u{0}e"), ("é\u{323}x", "ex"),
    ("각が", "각が"), ("", ""),
  ])
  func `accents are folded away`(text: String, folded: String) {
    #expect(text.foldedToASCII == folded)
  }

  @Test func `identifiers are words beside their parts in lower case only`() {
    let names = TextAnalysis(tokenizer: .code)
    #expect(names.documentTerms("getUserName") == ["get", "user", "name", "getusername"])
    let written = TextAnalysis(tokenizer: .code, lowercase: false)
    #expect(written.documentTerms("getUserName") == ["get", "User", "Name"])
  }

  @Test func `beginnings of words are found though they are stop words`() {
    let analysis = TextAnalysis(tokenizer: .prefix, stopwords: ["the"])
    #expect(analysis.documentTerms("the theory").contains("the"))
    #expect(analysis.queryTerms("the") == ["the"])
  }

  // MARK: Languages

  /// The dimensions are those of Qdrant's engine.
  @Test(
    arguments: [
      (
        "german", "Die Häuser der Freundinnen sind schöner geworden",
        [
          18_554_856, 520_189_967, 1_123_372_342, 1_427_753_110,
        ]
      ),
      (
        "fr", "Les chevaux des voisines couraient rapidement",
        [
          21_025_631, 367_697_797, 480_822_364, 1_791_987_510,
        ]
      ),
      ("ru", "Книги лежали на столах", [884_104_020, 1_279_918_800, 1_650_306_798]),
      ("spanish", "Los gatos corrían rápidamente", [21_025_631, 1_351_963_581, 1_819_791_657]),
      ("tr", "kitapların arasında", [573_655_022, 1_998_890_230]),
      ("zh", "我 们 今天 学习", [1_484_507_240]),
      ("arabic", "الكتاب على الطاولة", [742_941_533, 1_808_354_261]),
    ] as [(String, String, [UInt32])])
  func `a language brings its stop words and its stemmer`(
    language: String, text: String, dimensions: [UInt32]
  ) throws {
    let model = try BM25(options: ["language": .string(language)])
    #expect(model.queryVector(text).dimensions == dimensions)
  }

  @Test(arguments: Language.allCases) func `every language has words or stems`(language: Language) {
    let hasWords = Language.withStopwords.contains(language)
    let hasStems = Language.withStemmer.contains(language)
    #expect(hasWords || hasStems)
    #expect(Stopwords.words(of: language).isEmpty == !hasWords)
    #expect((Stemmer(language) == nil) == !hasStems)
    #expect(Language(named: language.rawValue) == language)
    if let code = language.code { #expect(Language(named: code) == language) }
    for word in Stopwords.words(of: language) { #expect(word.text.lowercased() == word.text) }
  }

  @Test func `stems have a fingerprint that tells languages apart`() throws {
    let prints = Language.withStemmer.compactMap { Stemmer($0)?.fingerprint }
    #expect(Set(prints).count == Language.withStemmer.count)
    // Segments that do not say how their texts were cut are of a version with these stems.
    #expect(TextAnalysis.english.fingerprint == TextAnalysis.english.firstFingerprint)
    #expect(TextAnalysis().fingerprint == TextAnalysis().firstFingerprint)
    let multilingual = TextAnalysis(tokenizer: .multilingual)
    #expect(multilingual.fingerprint != multilingual.firstFingerprint)
  }

  @Test func `a stemmer serves many threads, and leaves endless words alone`() async throws {
    let stemmer = try #require(Stemmer(.german))
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 {
        group.addTask { (0..<1000).allSatisfy { _ in stemmer.stem("häuser") == "haus" } }
      }
      for await isRight in group { #expect(isRight) }
    }
    let word = String(repeating: "ß", count: 1 << 20)
    #expect(stemmer.stem(word) == word)
  }

  // MARK: Stems

  @Test(arguments: [
    ("caresses", "caress"), ("ponies", "poni"), ("ties", "tie"), ("cats", "cat"), ("gas", "gas"),
    ("this", "this"), ("agreed", "agre"), ("hopping", "hop"), ("hoping", "hope"),
    ("falling", "fall"), ("cry", "cri"), ("by", "by"), ("say", "say"), ("generously", "generous"),
    ("nationally", "nation"), ("relational", "relat"), ("conditional", "condit"),
    ("hopefulness", "hope"), ("adjustment", "adjust"), ("adoption", "adopt"),
    ("controlling", "control"), ("rate", "rate"), ("skies", "sky"), ("dying", "die"),
    ("succeeded", "succeed"), ("inning", "inning"), ("youth", "youth"), ("yellow", "yellow"),
    ("communism", "communism"), ("o'neill's", "o'neil"), ("’", "’"), ("café", "café"),
  ])
  func `English stems`(word: String, stem: String) {
    #expect(Stemmer(.english)?.stem(word) == stem)
  }

  // MARK: BM25

  @Test(arguments: [
    ("", 0 as UInt32), ("a", 1_009_084_850), ("ab", 1_681_926_305), ("abc", 1_277_324_294),
    ("hello", 613_153_351), ("café", 605_818_632), ("searchengine", 277_919_889),
  ])
  func `a term's dimension is its hash`(term: String, dimension: UInt32) {
    #expect(BM25.dimension(of: term) == dimension)
  }

  @Test func `document weights saturate with repetition and shrink with length`() {
    let vector = BM25(averageLength: 4).documentVector("dogs dog the cat")
    // Three terms are left; dog occurs twice: 2·2.2 / (2 + 1.2·(0.25 + 0.75·3/4)).
    let norm = 1.2 * (0.25 + 0.75 * 3 / 4)
    let expected = [
      BM25.dimension(of: "dog"): Float(2 * 2.2 / (2 + norm)),
      BM25.dimension(of: "cat"): Float(2.2 / (1 + norm)),
    ]
    #expect(Dictionary(uniqueKeysWithValues: zip(vector.dimensions, vector.weights)) == expected)
    #expect(BM25().documentVector("the, of!") == .empty)
  }

  @Test func `query weights are 1`() {
    let vector = BM25().queryVector("dogs dog the cat")
    #expect(
      vector.dimensions == [BM25.dimension(of: "dog"), BM25.dimension(of: "cat")].sorted())
    #expect(vector.weights == [1, 1])
  }

  // MARK: Parameters

  @Test func `options name the language, the tokenizer and the numbers`() throws {
    #expect(try BM25(options: [:]) == BM25())
    let plain = try BM25(options: [
      "k": 2, "b": 0.5, "avg_len": 10, "language": "none", "lowercase": false,
      "tokenizer": "whitespace",
    ])
    #expect(
      plain
        == BM25(
          k: 2, b: 0.5, averageLength: 10,
          analysis: TextAnalysis(tokenizer: .whitespace, lowercase: false)))
    let custom = try BM25(options: [
      "stopwords": ["languages": ["english"], "custom": ["Movie"]], "stemmer": ["type": "none"],
    ])
    #expect(custom.analysis.documentTerms("The movies, a movie") == ["movies"])
  }

  @Test func `index parameters have no stop words and no stemmer unless given`() throws {
    #expect(try TextAnalysis(parameters: ["type": "text"]) == TextAnalysis())
    let parameters: JSONObject = [
      "stopwords": "english", "stemmer": ["type": "snowball", "language": "english"],
    ]
    #expect(try TextAnalysis(parameters: parameters) == .english)
  }

  @Test(
    arguments: [
      ["tokenizer": "letters"], ["k": -1], ["b": 2], ["avg_len": 0], ["language": "klingon"],
      ["stopwords": "klingon"], ["stemmer": ["type": "porter"]], ["lowercase": 1],
      ["colour": "red"],
      ["min_token_len": -1], ["stopwords": ["custom": [1]]],
    ] as [JSONObject])
  func `wrong options are refused`(options: JSONObject) {
    #expect(throws: InvalidTextParameters.self) { try BM25(options: options) }
  }
}

extension TextAnalysis {
  fileprivate func queryTerms(_ text: String) -> [String] {
    var terms: [String] = []
    forEachQueryTerm(of: text) { term in
      terms.append(term)
      return true
    }
    return terms
  }
}
