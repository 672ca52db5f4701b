import StorageIO

/// Why the store refused a request. A refused request has changed nothing, except where `.incomplete`
/// says what it has changed; only of one that ends with `.outcomeUnknown` nobody can say so.
public enum StoreError: Error, Equatable, Sendable {
  case collectionNotFound(String)
  case collectionExists(String)
  case aliasNotFound(String)
  case pointNotFound(PointID)
  case vectorNotFound(String)
  /// The collection that lends vectors has none of that name.
  case lookupVectorNotFound(String, collection: String)
  case archiveNotFound(String)
  /// The point has no vector of that name.
  case pointVectorNotFound(PointID, name: String)
  /// Nobody may ask for that; the text says what and why.
  case forbidden(String)
  /// The request itself is wrong; the text says where and what to do.
  case invalid(String)
  /// The disk is full, or something else has run out that will be there again: file descriptors,
  /// memory. Upserts are refused until then; reading and deleting go on.
  case outOfSpace(String)
  /// A write could not be made durable, or the data is damaged: reading goes on, writing needs a
  /// restart or a repair.
  case readOnly(String)
  /// The disk failed while the request was being written, and what was written could not be taken
  /// back: whether it has happened is known when the store is opened again. Only reading goes on.
  case outcomeUnknown(String)
  case storage(StorageError)
  /// The request's time was up, or whoever asked is gone.
  case timedOut
  /// The request needs more memory than one may have.
  case tooLarge(String)
  /// Others have taken what the request needs; it may succeed later.
  case busy(String)
  /// A change of many points was interrupted: it has been made for so many of them and not for the
  /// others.
  indirect case incomplete(StoreError, writtenPointCount: Int)
  case closed
}

extension StoreError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .collectionNotFound(let name): "Collection `\(name)` doesn't exist!"
    case .collectionExists(let name): "Collection `\(name)` already exists!"
    case .aliasNotFound(let name): "Alias \(name) does not exists!"
    case .pointNotFound(let id): "No point with id \(id) found"
    case .pointVectorNotFound(let id, let name):
      "Vector with name `\(name)` for point \(id) not found"
    case .lookupVectorNotFound(let name, let collection):
      "Vector with name `\(name)` not found in collection `\(collection)`"
    case .vectorNotFound(let name): "Not existing vector name error: \(name)"
    case .archiveNotFound(let name): "Snapshot `\(name)` doesn't exist!"
    case .invalid(let reason), .forbidden(let reason): reason
    case .outOfSpace(let reason): reason
    case .readOnly(let reason): reason
    case .outcomeUnknown(let reason):
      "it is not known whether the request has been carried out: \(reason)"
    case .storage(let error): error.description
    case .timedOut: "the request took longer than its time limit"
    case .tooLarge(let reason): reason
    case .busy(let reason): reason
    case .incomplete(let error, let count):
      "\(error); \(count) points had been written before and stay so"
    case .closed: "the store is closed"
    }
  }
}

/// Calls what talks to the disk on behalf of what talks to users.
func translating<R>(_ body: () throws(StorageError) -> R) throws(StoreError) -> R {
  do throws(StorageError) {
    return try body()
  } catch {
    throw .storage(error)
  }
}
