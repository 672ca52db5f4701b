import JSONCodec
import Kindred

/// Ratings as they come: merged into the users' vectors, on the scale of the collection.
extension RouteTable {
  mutating func addRatingRoutes() {
    briefWrite(.post, "/collections/{collection}/ratings") { call in
      let waits = try call.waits()
      let write = try RatingWrite(call)
      // Keys are looked up, which may take long.
      let sequenceNumber =
        write.hasKeys
        ? try await call.daemon.threads.onWriteThreads { try await write.withKeys() }
        : try await write.withNumbers()
      return .written(sequenceNumber, waited: waits)
    }
  }
}
