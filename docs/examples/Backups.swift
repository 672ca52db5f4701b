import Kindred

/// Backs a store up while it is open, makes a new directory of the backup, and opens that.
/// - Returns: how many points it has.
public func backUpAndRestore(
  _ directory: String, backup: String, restored: String
) async throws -> Int {
  let store = try Store.open(directory)
  try await store.createCollection("notes", CollectionConfiguration())
  try await store.upsert(
    [Point(id: .integer(1), vectors: [:], payload: ["text": "kept"])], into: "notes")
  // Holds everything acknowledged before the call; segment files are linked, not copied.
  _ = try await store.backUp(to: backup)
  try await store.close()

  // Checks the backup in full before it makes anything of it.
  _ = try Store.restore(backup, to: restored)
  let copy = try Store.open(restored)
  let count = try copy.collection("notes").count(nil)
  try await copy.close()
  return count
}
