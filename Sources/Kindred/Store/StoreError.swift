import StorageIO

/// Why the store refused a request. A refused request has changed nothing, except where `.incomplete`
/// says what it has changed; only of one that ends with `.outcomeUnknown` nobody can say so.
public enum StoreError: Error, Equatable, Sendable {
  /// No collection or alias has that name.
  case collectionNotFound(String)
  /// The name is a collection's already.
  case collectionExists(String)
  /// No alias has that name.
  case aliasNotFound(String)
  /// A collection cannot have the name of an alias.
  case aliasExists(String)
  /// The collection has no point of that id.
  case pointNotFound(PointID)
  /// The collection has no vector of that name.
  case vectorNotFound(String)
  /// The collection that lends vectors has none of that name.
  case lookupVectorNotFound(String, collection: String)
  /// There is no archive of that name.
  case archiveNotFound(String)
  /// The archive's bytes are not those that the caller expects. Both sums are SHA-256, hexadecimal.
  case archiveChecksumMismatch(expected: String, found: String)
  /// The vectors in the archive are of other names, kinds, sizes or distances than the collection's;
  /// both are listed in words.
  case archiveMismatch(collection: String, archive: String)
  /// The point has no vector of that name.
  case pointVectorNotFound(PointID, name: String)
  /// The request is not allowed to anybody; the text says why.
  case forbidden(String)
  /// The request itself is wrong; the text says where and what to do.
  case invalid(String)
  /// A query contradicts itself or does not fit the collection.
  case invalidQuery(QueryMistake)
  /// A dense vector of a query has another number of components than the collection's.
  case vectorSize(expected: Int, found: Int)
  /// A vector is sparse, and the collection's of that name is dense, or the other way round.
  case vectorKind(name: String)
  /// A multivector is given for a vector that is not one.
  case multivector(name: String)
  /// Points are to be ordered or counted by a payload key that has no index for that.
  case indexNotFound(key: String, for: IndexUse)
  /// The collection holds no item model.
  case itemModelNotFound(collection: String)
  /// The disk is full, or something else has run out that will be there again: file descriptors,
  /// memory. Upserts are refused until then; reading and deleting go on.
  case outOfSpace(String)
  /// A write could not be made durable, or the data is damaged: reading goes on, writing needs a
  /// restart or a repair.
  case readOnly(String)
  /// The disk failed while the request was being written, and what was written could not be taken
  /// back: whether it has happened is known when the store is opened again. Only reading goes on.
  case outcomeUnknown(String)
  /// The disk failed, or files are damaged, of a later version, or in use by another process.
  case storage(StorageError)
  /// The request's time was up, or its client has gone.
  case timedOut
  /// The request needs more memory than one may have.
  case tooLarge(String)
  /// Others have taken what the request needs; it may succeed later.
  case busy(String)
  /// A change of many points was interrupted: it has been made for that number of them, and not
  /// for the others.
  indirect case incomplete(StoreError, writtenPointCount: Int)
  /// The store is closed or about to be.
  case closed

  /// The purpose for which a payload index is needed.
  public enum IndexUse: Equatable, Sendable {
    /// An index that knows an order: of floats, datetimes, or integers with `range`.
    case ordering
    /// An index that knows single values: of keywords, booleans, UUIDs, or integers with `lookup`.
    case facets
  }
}

extension StoreError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .collectionNotFound(let name): "there is no collection '\(name)'"
    case .collectionExists(let name): "there is a collection '\(name)' already"
    case .aliasNotFound(let name): "there is no alias '\(name)'"
    case .aliasExists(let name): "there is an alias '\(name)' already"
    case .pointNotFound(let id): "there is no point \(id)"
    case .pointVectorNotFound(let id, let name): "point \(id) has no vector '\(name)'"
    case .lookupVectorNotFound(let name, let collection):
      "the collection '\(collection)' has no vector '\(name)'"
    case .vectorNotFound(let name): "the collection has no vector '\(name)'"
    case .archiveNotFound(let name): "there is no archive '\(name)'"
    case .archiveChecksumMismatch(let expected, let found):
      "the archive's SHA-256 is \(found), not \(expected)"
    case .archiveMismatch(let collection, let archive):
      "the archive does not fit the collection, whose vectors are \(collection): its own are "
        + archive
    case .invalid(let reason), .forbidden(let reason): reason
    case .invalidQuery(let mistake): mistake.description
    case .vectorSize(let expected, let found):
      "the vector has \(found) components, and the collection's have \(expected)"
    case .vectorKind(let name):
      "the vector '\(name)' is sparse in the collection and dense here, or the other way round"
    case .multivector(let name):
      "a multivector is given for the vector '\(name)', which is a single one"
    case .indexNotFound(let key, .ordering):
      "points can be ordered by '\(key)' once it has an index of floats, datetimes or integers"
    case .indexNotFound(let key, .facets):
      "values of '\(key)' can be counted once it has an index of keywords, booleans, UUIDs or integers"
    case .itemModelNotFound(let collection): "the collection '\(collection)' has no item model"
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
