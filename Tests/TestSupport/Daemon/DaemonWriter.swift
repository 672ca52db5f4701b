internal import JSONCodec
internal import Kindred

/// A client of a running daemon that changes points of its own, and knows what must be there.
///
/// Used by one thread at a time.
final class DaemonWriter: @unchecked Sendable {
  // Sendable: handed over to a thread and back, never shared.

  /// The last upsert and the last payload change that a point shows.
  struct Version: Equatable {
    var vector: Int64
    var payload: Int64
  }

  typealias Model = [UInt64: Version]

  private(set) var acknowledged: Model = [:]
  /// With the batch that was sent and not answered; nil when there is none.
  private(set) var possible: Model?
  private(set) var acknowledgedBatchCount = 0
  private(set) var operationCount = 0
  /// An answer that should not have come.
  private(set) var complaint: String?
  let ids: Range<UInt64>
  private var random: SeededGenerator
  private var batchNumber: Int64 = 0

  init(number: Int, seed: UInt64) {
    ids = UInt64(number) * 1000..<UInt64(number) * 1000 + 60
    random = SeededGenerator(seed: seed &+ UInt64(number))
  }

  /// Takes what was found for what is there.
  func settle(_ found: Model) {
    acknowledged = found
    possible = nil
  }

  /// Sends batches until the daemon goes away or refuses.
  func run(_ socketPath: String) {
    guard let socket = try? ControlSocket(socketPath) else { return }
    while complaint == nil {
      batchNumber += 1
      var next = acknowledged
      let touched = Set((0..<Int.random(in: 1...12, using: &random)).map { _ in randomID() })
      let (method, path, body) = batch(touched.sorted(), &next)
      possible = next
      guard let answer = try? socket.send(method, path, body) else { return }
      // A daemon on its way out says so before it does anything.
      if answer.status == 503 {
        possible = nil
        return
      }
      guard answer.status == 200 else {
        complaint =
          "\(method) \(path) answered \(answer.status): \(String(describing: answer.body))"
        return
      }
      acknowledged = next
      possible = nil
      acknowledgedBatchCount += 1
      operationCount += touched.count
    }
  }

  private func randomID() -> UInt64 { UInt64.random(in: ids, using: &random) }

  private func batch(
    _ touched: [UInt64], _ model: inout Model
  ) -> (method: String, path: String, body: JSONObject) {
    func list(_ ids: [UInt64]) -> JSONValue { .array(ids.map { .integer(Int64($0)) }) }
    let present = touched.filter { model[$0] != nil }
    switch Int.random(in: 0..<6, using: &random) {
    case 0:
      for id in touched { model[id] = nil }
      return ("POST", "/collections/c/points/delete?wait=true", ["points": list(touched)])
    case 1 where !present.isEmpty:
      for id in present { model[id]?.payload = batchNumber }
      return (
        "POST", "/collections/c/points/payload?wait=true",
        ["points": list(present), "payload": ["batch": .integer(batchNumber)]]
      )
    default:
      for id in touched { model[id] = Version(vector: batchNumber, payload: batchNumber) }
      return (
        "PUT", "/collections/c/points?wait=true",
        ["points": .array(touched.map { Self.point($0, batchNumber) })]
      )
    }
  }

  private static func point(_ id: UInt64, _ number: Int64) -> JSONValue {
    [
      "id": .integer(Int64(id)), "payload": ["batch": .integer(number)],
      "vector": [
        "v": [
          "indices": [.integer(1), .integer(number % 97 + 2)], "values": [.integer(number), 1],
        ]
      ],
    ]
  }

  /// Every point of the collection, as a daemon answers it.
  static func read(_ socketPath: String) throws -> Model {
    let answer = try ControlSocket(socketPath).send(
      "POST", "/collections/c/points/scroll",
      ["limit": 100_000, "with_payload": true, "with_vector": true])
    var model: Model = [:]
    for point in answer.body?.asObject?["result"]?.asObject?["points"]?.asArray ?? [] {
      guard let object = point.asObject, let id = object["id"]?.asDouble,
        let payload = object["payload"]?.asObject?["batch"]?.asDouble,
        let vector = object["vector"]?.asObject?["v"]?.asObject,
        let weight = vector["values"]?.asArray?.first?.asDouble,
        let dimension = vector["indices"]?.asArray?.last?.asDouble,
        Int64(dimension) == Int64(weight) % 97 + 2
      else { throw Misread(point: "\(point)") }
      model[UInt64(id)] = Version(vector: Int64(weight), payload: Int64(payload))
    }
    return model
  }

  struct Misread: Error {
    let point: String
  }
}
