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
    ("plain", "plain"), ("東京", "東京"), ("ﬁ", "fi"),
  ])
  func `accents are folded away`(text: String, folded: String) {
    #expect(text.foldedToASCII == folded)
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
    #expect(EnglishStemmer.stem(word) == stem)
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
      ["tokenizer": "letters"], ["k": -1], ["b": 2], ["avg_len": 0], ["language": "german"],
      ["stopwords": "klingon"], ["stemmer": ["type": "porter"]], ["lowercase": 1],
      ["colour": "red"],
      ["min_token_len": -1], ["stopwords": ["custom": [1]]],
    ] as [JSONObject])
  func `wrong options are refused`(options: JSONObject) {
    #expect(throws: InvalidTextParameters.self) { try BM25(options: options) }
  }
}
