import DataFiles
import JSONCodec
import KindredCommand
import TestSupport
import Testing

/// Sorting by user, identifiers, values.
struct RatingSpillTests {
  @Test(arguments: [1, 2, 3, 7, 64, 5000])
  func `users come back ascending, each with the ratings in their order`(runCount: Int) throws {
    var random = SeededGenerator(seed: 3)
    let folder = TemporaryDirectory()
    var spill = RatingSpill(maxRunCount: runCount, folder: folder.path)
    var expected: [UInt32: [Rating]] = [:]
    for index in 0..<1000 {
      let rating = Rating(
        user: UInt32.random(in: 0..<60, using: &random), item: UInt32(index % 17),
        value: Double(index), time: 0)
      expected[rating.user, default: []].append(rating)
      try spill.append(rating)
    }
    for _ in 0..<2 {
      var users = spill.users()
      var found: [(UInt32, [Rating])] = []
      while let ratings = try users.next() { found.append((ratings[0].user, ratings)) }
      #expect(found.map(\.0) == expected.keys.sorted(), "\(random)")
      for (user, ratings) in found { #expect(ratings == expected[user], "\(random)") }
    }
  }

  @Test func `no ratings are no users`() throws {
    var spill = RatingSpill()
    var users = spill.users()
    #expect(try users.next() == nil)
  }

  @Test func `a folder that is not there is said with the way out`() throws {
    var spill = RatingSpill(maxRunCount: 1, folder: "/nonexistent")
    do {
      try spill.append(Rating(user: 0, item: 0, value: 1))
      Issue.record("nothing thrown")
    } catch {
      #expect(error.message.contains("'/nonexistent'"))
      #expect(error.message.contains("TMPDIR"))
    }
  }

  @Test func `of several ratings of one item the latest stays, then the last`() {
    let ratings = [
      Rating(user: 0, item: 1, value: 1, time: 5), Rating(user: 0, item: 0, value: 2, time: 1),
      Rating(user: 0, item: 1, value: 3, time: 4), Rating(user: 0, item: 0, value: 4, time: 1),
    ]
    #expect(ratings.settled(nil).map(\.value) == [4, 1])
    #expect(ratings.settled([9, 3]).map(\.value) == [1, 4])
  }

  @Test func `whole numbers stay what they are, and one key makes keys of all`() throws {
    var identifiers = Identifiers(maxNumber: UInt64(UInt32.max))
    let texts = ["7", "0", "4294967295", "7"]
    let indices = texts.map { identifiers.index(of: Array($0.utf8)[...]) }
    #expect(indices == [0, 1, 2, 0])
    #expect(identifiers.areNumbers)
    #expect(try identifiers.numbers(known: [:]) == [7, 0, 4_294_967_295])
    for text in ["007", "4294967296", "x", "-1", "1.0", "00"] {
      var other = identifiers
      #expect(other.index(of: Array(text.utf8)[...]) == 3)
      #expect(!other.areNumbers)
      #expect(try other.numbers(known: ["0": 12, "gone": 40]) == [41, 12, 42, 43])
      #expect(other.text(at: 3) == text)
    }
  }

  @Test func `a key has no number beyond the largest, whatever the store holds`() throws {
    var identifiers = Identifiers(maxNumber: 9)
    for text in ["x", "y"] { _ = identifiers.index(of: Array(text.utf8)[...]) }
    #expect(try identifiers.numbers(known: ["gone": 7]) == [8, 9])
    #expect(try identifiers.numbers(known: ["x": 9, "y": 1]) == [9, 1])
    for number in [8, 9, 10, UInt64.max - 1, UInt64.max] {
      #expect(throws: CommandFailure.self) { try identifiers.numbers(known: ["gone": number]) }
    }
    for number in [10, UInt64.max] {
      #expect(throws: CommandFailure.self) {
        try identifiers.numbers(known: ["x": number, "y": 1])
      }
    }
  }

  @Test(arguments: [
    ("5", 5), ("3.5", 3.5), ("-0.25", -0.25), ("0.1", 0.1), ("1e3", 1000), (".5", 0.5), ("5.", 5),
    ("123456789012345678", 123_456_789_012_345_680), ("+4", 4), ("4.35", 4.35),
  ])
  func `numbers are what is nearest to their digits`(text: String, value: Double) {
    #expect(FieldValues.number(Array(text.utf8)[...]) == value)
  }

  @Test(arguments: [
    "", "-", ".", "1e", "NaN", "inf", "0x10", "5 stars", "1,5", "--1", "1e999", "1.2.3",
  ])
  func `what is no number is none`(text: String) {
    #expect(FieldValues.number(Array(text.utf8)[...]) == nil)
  }

  @Test(arguments: [
    ("978300760", 978_300_760), ("1970-01-02", 86_400), ("2000-03-01", 951_868_800),
    ("2024-05-01 12:30", 1_714_566_600), ("2024-05-01T12:30:15Z", 1_714_566_615),
    ("2024-05-01T12:30:15.123+02:00", 1_714_559_415), ("2024/05/01", 1_714_521_600),
    ("1714566615.9", 1_714_566_615),
  ])
  func `times are seconds`(text: String, seconds: Int64) {
    #expect(FieldValues.time(Array(text.utf8)[...]) == seconds)
  }

  @Test(arguments: [
    "", "05 1, 2014", "2024-13-01", "yesterday", "2024-05-01 noon", "99999999999999999999",
  ])
  func `what is no time is none`(text: String) {
    #expect(FieldValues.time(Array(text.utf8)[...]) == nil)
  }

  @Test func `moments of a stream are those of the sample`() {
    var moments = RunningMoments()
    #expect(moments.deviation == nil)
    for value in [2.0, 4, 4, 4, 5, 5, 7, 9] { moments.add(value) }
    #expect(moments.mean == 5)
    #expect((moments.deviation! - 2.138_089_935_299_395).magnitude < 1e-12)
  }

  @Test func `every scale does what it says`() {
    let ratings = [1.0, 4, 4].enumerated().map {
      Rating(user: 0, item: UInt32($0.offset), value: $0.element)
    }
    func weights(_ scale: Scale) -> [Float] {
      Scaling(scale: scale, standardization: .init(mean: 2, deviation: 2), likedFrom: 3)
        .weights(ratings)
    }
    #expect(weights(.zscore) == [-0.5, 1, 1])
    #expect(weights(.userMean) == [-2, 1, 1])
    #expect(weights(.likes) == [0, 1, 1])
    #expect(weights(.binary) == [1, 1, 1])
    #expect(weights(.log) == [0.6931472, 1.609438, 1.609438])
    #expect(weights(.none) == [1, 4, 4])
  }
}
