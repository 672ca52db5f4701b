import CInstructions
import Foundation
import Kindred

/// The Swift half of `tools/bench`: reads a command a line (JSON) from standard input, does it in
/// process through the public library, and answers a line. Times are measured here, so that the
/// pipe is not.
@main
struct BenchWorker {
  static func main() async throws {
    var session = Session()
    while let line = readLine() {
      let command = try JSONDecoder().decode(Command.self, from: Data(line.utf8))
      let answer: Answer
      do {
        answer = try await session.run(command)
      } catch {
        answer = Answer(error: "\(error)")
      }
      let encoded = try JSONEncoder().encode(answer)
      print(String(decoding: encoded, as: UTF8.self))
      fflush(nil)
    }
  }
}

/// A request of the driver; which fields are there depends on `op`.
struct Command: Decodable {
  var op: String
  var directory: String?
  var path: String?
  var queries: [Query]?
  /// Lower and upper bound (inclusive) of an integer payload field.
  var filter: Filter?
  var vectors: Bool?
  /// How often each query is asked.
  var runs: Int?
  var limit: Int?
  /// The socket of a daemon, and what its clients send it, one after the other and for how long.
  var socket: String?
  var requests: [String]?
  var clients: Int?
  var seconds: Double?

  struct Query: Decodable {
    var indices: [UInt32]
    var values: [Float]
  }

  struct Filter: Decodable {
    var key: String
    var from: Double
    var to: Double
  }
}

struct Answer: Encodable {
  /// Why there is nothing else.
  var error: String?
  var seconds: Double?
  /// The part of them before the first query.
  var opening: Double?
  /// In microseconds, one per run, or round trip.
  var times: [Double]?
  /// One per query.
  var found: [Found]?
  /// Answers other than 200.
  var refused: Int?
  var instructions: String?
  /// Bytes that this process has caused to be written to the disk.
  var written: Int?

  struct Found: Encodable {
    /// One per run, in microseconds.
    var times: [Double]
    var ids: [UInt64]
    /// Bit patterns of the Float32 scores.
    var scores: [UInt32]
  }
}

struct Session {
  private var store: Store?
  private static let collection = "movielens"

  mutating func run(_ command: Command) async throws -> Answer {
    switch command.op {
    case "load": return try await load(command)
    case "open": return try await open(command)
    case "close":
      try await store?.close()
      store = nil
      return Answer()
    case "search": return Answer(found: try each(command, search))
    case "recommend": return Answer(found: try each(command, recommend))
    case "searchDuringLoad": return try await searchDuringLoad(command)
    case "instructions": return Answer(instructions: String(cString: instructions_in_use()))
    case "http":
      let outcome = try HTTPClient.measure(
        socket: command.socket!, requests: command.requests!.map { Array($0.utf8) },
        clients: command.clients ?? 1, seconds: command.seconds ?? 1)
      return Answer(seconds: outcome.seconds, times: outcome.times, refused: outcome.refused)
    default: throw CocoaError(.featureUnsupported)
    }
  }

  /// Points in memory → durable and compacted. Points are made outside of the timed part.
  private mutating func load(_ command: Command) async throws -> Answer {
    let file = try PointFile(command.path!)
    let store = try Store.open(command.directory!)
    self.store = store
    try await store.createCollection(
      Self.collection,
      CollectionConfiguration(
        sparseVectors: ["ratings": SparseVectorParameters()],
        payloadIndexes: [
          "age": PayloadIndexParameters(kind: .integer),
          "part": PayloadIndexParameters(kind: .integer),
        ]))
    var seconds = 0.0
    let batch = 1024
    for start in stride(from: 0, to: file.pointCount, by: batch) {
      let points = try file.points(start..<min(start + batch, file.pointCount))
      seconds += try await timed { _ = try await store.upsert(points, into: Self.collection) }
    }
    seconds += try await timed {
      try await store.flush()
      try await store.compact(Self.collection)
    }
    return Answer(seconds: seconds, written: bytesWritten())
  }

  /// Opening and the first answer.
  private mutating func open(_ command: Command) async throws -> Answer {
    let start = ContinuousClock.now
    let store = try Store.open(command.directory!)
    self.store = store
    let opening = (ContinuousClock.now - start).seconds
    let found = try each(command, search)
    return Answer(
      seconds: (ContinuousClock.now - start).seconds, opening: opening, found: found)
  }

  /// Each query in turn.
  private func each(
    _ command: Command, _ ask: (SparseVector, Command) throws -> Answer.Found
  ) throws -> [Answer.Found] {
    try command.queries!.map {
      try ask(try SparseVector(dimensions: $0.indices, weights: $0.values), command)
    }
  }

  private func search(_ vector: SparseVector, _ command: Command) throws -> Answer.Found {
    let filter = command.filter.map {
      Filter(must: [
        .field(
          key: JSONPath(first: $0.key),
          .range(NumberRange(gte: .double($0.from), lte: .double($0.to))))
      ])
    }
    let request = SearchRequest(
      vector: .sparse(vector), using: "ratings", filter: filter, limit: command.limit ?? 20,
      vectors: command.vectors == true ? .all : .none)
    var found: [ScoredPoint] = []
    let times = try measure(command.runs ?? 1) {
      found = try store!.collection(Self.collection).search(request)
    }
    return Answer.Found(
      times: times,
      ids: found.map { if case .integer(let id) = $0.record.id { id } else { 0 } },
      scores: found.map(\.score.bitPattern))
  }

  /// The notebook's method.
  private func recommend(_ vector: SparseVector, _ command: Command) throws -> Answer.Found {
    var items: [Recommendation.Item] = []
    let times = try measure(command.runs ?? 1) {
      items = try store!.collection(Self.collection).recommend(
        RecommendationRequest(
          subject: .ratings(vector), method: .notebook, limit: command.limit ?? 20)
      ).items
    }
    return Answer.Found(
      times: times, ids: items.map { UInt64($0.id) }, scores: items.map(\.score.bitPattern))
  }

  /// Search times while every point is written again and compacted.
  private func searchDuringLoad(_ command: Command) async throws -> Answer {
    let file = try PointFile(command.path!)
    let store = store!
    let done = Flag()
    async let load: Void = {
      for start in stride(from: 0, to: file.pointCount, by: 1024) {
        let points = try file.points(start..<min(start + 1024, file.pointCount))
        _ = try await store.upsert(points, into: Self.collection)
      }
      try await store.flush()
      try await store.compact(Self.collection)
      done.raise()
    }()
    var times: [Double] = []
    while !done.isRaised { times += try each(command, search).flatMap(\.times) }
    try await load
    return Answer(times: times)
  }

  private func measure(_ runs: Int, _ body: () throws -> Void) rethrows -> [Double] {
    try (0..<runs).map { _ in
      let start = ContinuousClock.now
      try body()
      return (ContinuousClock.now - start).seconds * 1e6
    }
  }

  private func timed(_ body: () async throws -> Void) async rethrows -> Double {
    let start = ContinuousClock.now
    try await body()
    return (ContinuousClock.now - start).seconds
  }
}

/// By the kernel's own count, of this process since its start.
private func bytesWritten() -> Int? {
  let io = (try? String(contentsOfFile: "/proc/self/io", encoding: .utf8)) ?? ""
  return io.split(separator: "\n").first { $0.hasPrefix("write_bytes:") }
    .flatMap { Int($0.dropFirst(12).trimmingCharacters(in: .whitespaces)) }
}

extension Duration {
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
