import JSONCodec
import Kindred
import StorageIO

/// One request to rate.
struct RatingWrite: Sendable {
  let call: Call
  let store: Store
  let collection: CollectionView
  let catalogueName: String?
  let usersHaveKeys: Bool
  let itemsHaveKeys: Bool
  let using: String
  /// The vector that says when; nil where no times are kept.
  let times: String?
  let users: [UserRatings]

  var hasKeys: Bool { usersHaveKeys || itemsHaveKeys }

  /// Ids that JSON numbers of all clients hold.
  private static let maxUser = UInt64(Int64.max)
  private static let maxItem = UInt64(UInt32.max)

  init(_ call: Call) throws {
    self.call = call
    store = try call.store
    collection = try call.collection
    var body = try call.ratingsBody()
    let scheme = try RatingScheme(of: collection)
    guard let scale = scheme.scale else {
      throw APIError.badRequest(
        "the weights of collection `\(collection.name)` are differences from each user's mean, which "
          + "a single rating changes: load the ratings again with `kindred load ratings --update`")
    }
    guard collection.configuration.sparseVectors[body.using] != nil else {
      throw APIError.badRequest(
        "collection `\(collection.name)` has no sparse vector `\(body.using)`")
    }
    guard body.using != scheme.times || body.using == RatingTime.ratingsVectorName else {
      throw APIError.badRequest(
        "vector `\(body.using)` says when items were rated: give the `time` of a rating instead")
    }
    (usersHaveKeys, itemsHaveKeys) = (scheme.usersHaveKeys, scheme.itemsHaveKeys)
    for index in body.ratings.indices {
      body.ratings[index].user = body.ratings[index].user.unified(haveKeys: usersHaveKeys)
      body.ratings[index].item = body.ratings[index].item.unified(haveKeys: itemsHaveKeys)
    }
    catalogueName = body.catalogue ?? scheme.catalogue
    using = body.using
    for rating in body.ratings {
      if case .key(let key) = rating.user, !usersHaveKeys {
        throw APIError.validation(
          rating.path + ".user",
          "`\(key.text)` is not a number, and the users of `\(collection.name)` are numbers")
      }
      switch rating.item {
      case .number(let number) where !itemsHaveKeys && number > Self.maxItem:
        throw APIError.validation(
          rating.path + ".item", "\(number) is more than \(Self.maxItem)")
      case .key(let key) where !itemsHaveKeys:
        throw APIError.validation(
          rating.path + ".item",
          "`\(key.text)` is not a number, and the items of `\(collection.name)` are numbers")
      default: break
      }
    }
    // A load keeps the times of the vector that it has made.
    let vectors = collection.configuration.sparseVectors
    let timesVector = using == RatingTime.ratingsVectorName ? scheme.times : nil
    // Metadata may be anybody's.
    times = timesVector.flatMap { $0 == body.using || vectors[$0] == nil ? nil : $0 }
    users = try UserRatings.all(of: body, scale, now: times.map { _ in Int64(Machine.unixTime) })
  }

  private func number(_ name: RatingsBody.Name, _ known: KeyNumbers?) -> UInt64? {
    if let known { return known.numbers[name.key] }
    guard case .number(let number) = name else { return nil }
    return number
  }

  // MARK: Users and items that are numbers

  func withNumbers() async throws -> UInt64 {
    let patches = patches(nil, nil)
    try check(patches, newPointCount: newPointCount(among: patches))
    return try await store.write(patches.joined().map { .patch($0) }, to: collection.name)
  }

  /// By user. Leaves out users and items whose numbers are not known.
  private func patches(
    _ userNumbers: KeyNumbers?, _ itemNumbers: KeyNumbers?
  ) -> [[SparseVectorPatch]] {
    users.compactMap { ratings in
      number(ratings.user, userNumbers).map { user in
        ratings.patches(.integer(user), using, times: times) { item in
          number(item, itemNumbers).flatMap { UInt32(exactly: $0) }
        }
      }
    }
  }

  private func newPointCount(among patches: [[SparseVectorPatch]]) throws -> Int {
    // Only strict mode wants to know.
    guard StrictMode(collection.configuration) != nil else { return 0 }
    return try patches.count
      - collection.retrieve(patches.compactMap(\.first?.id), payload: .none).count
  }

  private func check(_ patches: [[SparseVectorPatch]], newPointCount: Int) throws {
    // Nobody else asks.
    guard StrictMode(collection.configuration) != nil else { return }
    // Those of a user change one point.
    let updates = patches.compactMap { patches in
      patches.first.map { first in
        (
          id: first.id,
          vectors: Dictionary(
            patches.map { ($0.vectorName, VectorValue.sparse($0.entries)) },
            uniquingKeysWith: { $1 })
        )
      }
    }
    try call.checkWritable([.updateVectors(updates, filter: nil)], newPointCount: newPointCount)
  }

  // MARK: Keys

  private var userKeys: Set<ByteString> { Set(users.map(\.user.key)) }
  private var itemKeys: Set<ByteString> { Set(users.flatMap { $0.weights.keys.map(\.key) }) }

  /// Keys of users with a rating that is not taken back: only these are numbered if they are unknown.
  private var ratingUserKeys: Set<ByteString> {
    Set(users.filter { $0.weights.values.contains { $0 != nil } }.map(\.user.key))
  }
  private var ratedItemKeys: Set<ByteString> {
    Set(users.flatMap { $0.weights.filter { $0.value != nil }.keys.map(\.key) })
  }

  func withKeys() async throws -> UInt64 {
    let userNumbers = usersHaveKeys ? try KeyNumbers(of: userKeys, in: collection) : nil
    var catalogue: CollectionView?
    var itemNumbers: KeyNumbers?
    if itemsHaveKeys {
      guard let catalogueName else {
        throw APIError.badRequest(
          "the items of `\(collection.name)` have keys: name the `catalogue` that has their numbers"
        )
      }
      let view = try store.collection(catalogueName, for: call.context)
      catalogue = view
      itemNumbers = try KeyNumbers(of: itemKeys, in: view)
    }
    let isEverythingKnown =
      userNumbers?.know(ratingUserKeys) ?? true && itemNumbers?.know(ratedItemKeys) ?? true
    let known = patches(userNumbers, itemNumbers)
    try check(
      known,
      newPointCount: users.count - known.count
        + (usersHaveKeys ? 0 : newPointCount(among: known)))
    if isEverythingKnown {
      return try await store.write(known.joined().map { .patch($0) }, to: collection.name)
    }
    let names = [collection.name] + (catalogue.map { [$0.name] } ?? [])
    return try await store.write(to: names) { views throws(StoreError) in
      try operations(in: views)
    }
  }

  /// Numbers the keys that are new, and makes their points. Looks up again, since others may have
  /// numbered them meanwhile.
  private func operations(in views: [CollectionView]) throws(StoreError) -> [[PointOperation]] {
    var people: [PointOperation] = []
    var items: [PointOperation] = []
    var userNumbers: KeyNumbers?
    if usersHaveKeys {
      var numbers = try KeyNumbers(of: userKeys, in: views[0])
      people = try numbers.number(ratingUserKeys, in: views[0], upTo: Self.maxUser).map(
        Self.point)
      userNumbers = numbers
    }
    var itemNumbers: KeyNumbers?
    if itemsHaveKeys {
      var numbers = try KeyNumbers(of: itemKeys, in: views[1])
      items = try numbers.number(ratedItemKeys, in: views[1], upTo: Self.maxItem).map(
        Self.point)
      itemNumbers = numbers
    }
    people += patches(userNumbers, itemNumbers).joined().map { .patch($0) }
    return itemsHaveKeys ? [people, items] : [people]
  }

  private static func point(_ numbered: (key: ByteString, number: UInt64)) -> PointOperation {
    .upsert(
      Point(
        id: .integer(numbered.number),
        payload: [KeyNumbers.member: .string(numbered.key.text)]))
  }
}
