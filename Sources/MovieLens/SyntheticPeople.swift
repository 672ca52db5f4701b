/// An invented movie: genres are its traits, and some movies are better than others.
struct SyntheticMovie {
  let id: Int
  let line: String
  /// Indices of genres.
  let genres: [Int]
  let quality: Double

  static let genreNames = [
    "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary", "Drama",
    "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War",
    "Western",
  ]

  private static let firstWords = [
    "Silent", "Crimson", "Last", "Hidden", "Golden", "Broken", "Midnight", "Distant", "Burning",
    "Paper", "Electric", "Frozen", "Wandering", "Secret", "Hollow", "Emerald", "Restless", "Lost",
    "Northern", "Velvet", "Clockwork", "Painted", "Savage", "Gentle", "Iron", "Borrowed", "Quiet",
    "Second", "Scarlet", "Endless", "Moonlit", "Forgotten", "Wooden", "Brave", "Crooked", "Salt",
    "Silver", "Final", "Thirteen", "Invisible",
  ]
  private static let secondWords = [
    "Harbor", "Garden", "Letters", "Horizon", "Kingdom", "Orchard", "Signal", "Voyage", "Mirror",
    "Station", "Carnival", "Mountain", "Promise", "Lighthouse", "Summer", "Detective", "Symphony",
    "Robots", "Riders", "Neighbors", "Empire", "Waltz", "Shadows", "River", "Inheritance", "Circus",
    "Machine", "Island", "Witness", "Parade", "Comet", "Library", "Tailor", "Winter", "Railway",
    "Prophet", "Sparrows", "Desert", "Lantern", "Castle", "Bridge", "Stranger", "Festival",
    "Dragon",
    "Academy", "Recipe", "Fortune", "Cathedral", "Runaways", "Tide",
  ]

  /// - Parameter index: makes the title: every pair of words occurs before one comes again with a
  ///   number behind it.
  init(id: Int, index: Int, random: inout SplitMix64) {
    self.id = id
    var genres: Set<Int> = []
    for _ in 0..<1 + random.index(below: 3) {
      genres.insert(random.index(below: Self.genreNames.count))
    }
    self.genres = genres.sorted()
    quality = 0.45 * random.normal()
    let pairs = Self.firstWords.count * Self.secondWords.count
    // 1,237 shares no factor with the number of pairs, so the steps visit them all.
    let pair = index % pairs * 1237 % pairs
    let words =
      Self.firstWords[pair / Self.secondWords.count] + " "
      + Self.secondWords[pair % Self.secondWords.count]
    let part = index < pairs ? "" : " \(index / pairs + 1)"
    let year = 1930 + random.index(below: 71)
    let names = self.genres.map { Self.genreNames[$0] }.joined(separator: "|")
    line = "\(id)::\(words)\(part) (\(year))::\(names)\n"
  }
}

/// An invented user with tastes.
struct SyntheticUser {
  let line: String
  /// By genre: how many stars more or less a movie of it gets.
  private let tastes: [Double]
  private let generosity: Double
  private let ratingCount: Int

  /// ML-1M's age groups, each as often as about there.
  private static let ages = [1, 18, 18, 18, 25, 25, 25, 25, 25, 25, 35, 35, 35, 35, 45, 45, 50, 56]

  init(id: Int, random: inout SplitMix64) {
    let gender = random.uniform() < 0.28 ? "F" : "M"
    let age = Self.ages[random.index(below: Self.ages.count)]
    let zip = String(100_000 + random.index(below: 100_000)).dropFirst()
    line = "\(id)::\(gender)::\(age)::\(random.index(below: 21))::\(zip)\n"
    // Four kinds of people, so that there are neighbours to find.
    var kind = SplitMix64(seed: UInt64(1000 + random.index(below: 4)))
    tastes = SyntheticMovie.genreNames.map { _ in 0.45 * kind.normal() + 0.25 * random.normal() }
    generosity = 0.3 * random.normal()
    let eagerness = random.uniform()
    // From 20 to 1,300 with a long tail, about 165 on average.
    let fourth = eagerness * eagerness * eagerness * eagerness
    ratingCount = 20 + Int(40 * eagerness + 1240 * fourth * fourth * eagerness)
  }

  func ratings(
    of movies: [SyntheticMovie], _ popularity: Popularity, upTo maxCount: Int,
    random: inout SplitMix64
  ) -> [(movie: Int, stars: Int, timestamp: Int)] {
    var seen: Set<Int> = []
    var ratings: [(movie: Int, stars: Int, timestamp: Int)] = []
    var timestamp = 956_000_000 + random.index(below: 20_000_000)
    while ratings.count < min(ratingCount, maxCount) {
      let index = popularity.draw(&random)
      let movie = movies[index]
      let taste = movie.genres.reduce(0) { $0 + tastes[$1] } / Double(movie.genres.count)
      // People watch what they like more often.
      guard random.uniform() < 0.5 + 0.4 * max(-1, min(1, taste)), seen.insert(index).inserted
      else { continue }
      let opinion = 3.45 + generosity + movie.quality + 1.1 * taste + 0.75 * random.normal()
      timestamp += random.index(below: 120)
      ratings.append((index, max(1, min(5, Int(opinion.rounded()))), timestamp))
    }
    return ratings
  }
}
