/// A JSON object; members keep the order in which they were written, names are unique (the last one
/// wins, in the first one's place). Equality ignores the order.
///
/// No operation takes more than about linear time: an object that has been changed by name while it
/// was large keeps a table of its names, and changes of many members are made in one pass.
public struct JSONObject: Sendable {
  /// A name and its value.
  public struct Member: Equatable, Sendable {
    /// The name, unique among an object's members by its bytes.
    public var name: String
    /// The value; a `null` is a value too.
    public var value: JSONValue

    /// A member of that name and value.
    public init(name: String, value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// All members, in the order in which they were written.
  public private(set) var members: [Member]
  /// Where each name stands in `members`; nil until a large object is changed by name.
  private var positions: [ByteString: Int]?

  /// An object without members.
  public init() { members = [] }

  /// Takes members whose names the caller knows to be unique.
  public init(uniqueMembers: [Member]) { members = uniqueMembers }

  /// Takes members whose names may repeat.
  package init(members: [Member]) {
    self.members = members
    guard members.count > 1 else { return }
    if members.count <= Self.linearSearchLimit {
      for index in 1..<members.count
      where members[..<index].contains(where: { $0.name.hasSameBytes(as: members[index].name) }) {
        self.members = Self.unique(members)
        return
      }
    } else {
      self.members = Self.unique(members)
    }
  }

  /// Up to here comparing names one by one is faster than hashing them.
  static let linearSearchLimit = 16

  private static func unique(_ members: [Member]) -> [Member] {
    var unique: [Member] = []
    unique.reserveCapacity(members.count)
    var table = NameTable()
    for member in members {
      _ = table.reserve()
      if let place = table.place(of: member.name, among: unique) {
        unique[place].value = member.value
      } else {
        unique.append(member)
      }
    }
    return unique
  }

  /// Whether there are no members.
  public var isEmpty: Bool { members.isEmpty }
  /// The number of members.
  public var count: Int { members.count }

  /// Setting many names one after the other takes constant time each; removing many is what
  /// `removeMembers` is for.
  public subscript(name: String) -> JSONValue? {
    get { position(of: name).map { members[$0].value } }
    set {
      if newValue != nil { indexNames() }
      if let index = position(of: name) {
        if let newValue {
          members[index].value = newValue
        } else {
          members.remove(at: index)
          positions = nil
        }
      } else if let newValue {
        positions?[ByteString(name)] = members.count
        members.append(Member(name: name, value: newValue))
      }
    }
  }

  private func position(of name: String) -> Int? {
    if let positions { return positions[ByteString(name)] }
    return members.firstIndex { $0.name.hasSameBytes(as: name) }
  }

  /// Makes finding members by name take constant time, which is worth it for many look-ups.
  package mutating func indexNames() {
    guard positions == nil, members.count > Self.linearSearchLimit else { return }
    var positions = Dictionary<ByteString, Int>(minimumCapacity: members.count * 2)
    for (index, member) in members.enumerated() { positions[ByteString(member.name)] = index }
    self.positions = positions
  }

  /// Removes the members for which `isUnwanted` holds.
  package mutating func removeMembers(where isUnwanted: (Member) -> Bool) {
    members.removeAll(where: isUnwanted)
    positions = nil
  }

  /// Puts what `change` makes of each member's value in its place, or removes the member where that is
  /// nil.
  package mutating func changeValues(_ change: (Member) -> JSONValue?) {
    members = members.compactMap { member in
      change(member).map { Member(name: member.name, value: $0) }
    }
    positions = nil
  }

  /// Takes over the members of `other`; a null removes the member of its name.
  public mutating func merge(_ other: JSONObject) {
    guard other.count > Self.linearSearchLimit else {
      for member in other.members {
        self[member.name] = member.value == .null ? Optional.none : member.value
      }
      return
    }
    var changes = Dictionary<ByteString, Int>(minimumCapacity: other.count)
    for (index, member) in other.members.enumerated() { changes[ByteString(member.name)] = index }
    var isNew = [Bool](repeating: true, count: other.count)
    changeValues { member in
      guard let index = changes[ByteString(member.name)] else { return member.value }
      isNew[index] = false
      let value = other.members[index].value
      return value == .null ? Optional.none : value
    }
    for (member, isNew) in zip(other.members, isNew) where isNew && member.value != .null {
      members.append(member)
    }
  }
}

extension JSONObject: Equatable {
  /// Compares each value with one other at most: otherwise the time would double with every level
  /// of nesting.
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    guard left.count == right.count else { return false }
    // Mostly the order is the same too.
    if haveSameNames(left.members, right.members) {
      return haveSameValues(left.members, right.members)
    }
    if left.count <= linearSearchLimit {
      return left.members.allSatisfy { right[$0.name] == $0.value }
    }
    let (ours, theirs) = (byName(left.members), byName(right.members))
    return haveSameNames(ours, theirs) && haveSameValues(ours, theirs)
  }

  private static func haveSameNames(_ left: [Member], _ right: [Member]) -> Bool {
    zip(left, right).allSatisfy { $0.name.hasSameBytes(as: $1.name) }
  }

  private static func haveSameValues(_ left: [Member], _ right: [Member]) -> Bool {
    zip(left, right).allSatisfy { $0.value == $1.value }
  }

  private static func byName(_ members: [Member]) -> [Member] {
    members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }
}

extension JSONObject.Member {
  public static func == (left: Self, right: Self) -> Bool {
    left.name.hasSameBytes(as: right.name) && left.value == right.value
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self.init(members: elements.map { Member(name: $0, value: $1) })
  }
}
