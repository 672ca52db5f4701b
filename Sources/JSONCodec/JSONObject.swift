/// A JSON object; members keep the order in which they were written, names are unique (the last one
/// wins, in the first one's place). Equality ignores the order.
public struct JSONObject: Sendable {
  public struct Member: Equatable, Sendable {
    public var name: String
    public var value: JSONValue

    public init(name: String, value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  public private(set) var members: [Member]

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
  private static let linearSearchLimit = 16

  private static func unique(_ members: [Member]) -> [Member] {
    var unique: [Member] = []
    var positions: [[UInt8]: Int] = [:]
    for member in members {
      let name = Array(member.name.utf8)
      if let position = positions[name] {
        unique[position].value = member.value
      } else {
        positions[name] = unique.count
        unique.append(member)
      }
    }
    return unique
  }

  public var isEmpty: Bool { members.isEmpty }
  public var count: Int { members.count }

  public subscript(name: String) -> JSONValue? {
    get { members.first { $0.name.hasSameBytes(as: name) }?.value }
    set {
      if let index = members.firstIndex(where: { $0.name.hasSameBytes(as: name) }) {
        if let newValue { members[index].value = newValue } else { members.remove(at: index) }
      } else if let newValue {
        members.append(Member(name: name, value: newValue))
      }
    }
  }
}

extension JSONObject: Equatable {
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    guard left.count == right.count else { return false }
    // Mostly the order is the same too.
    if left.members == right.members { return true }
    if left.count <= linearSearchLimit {
      return left.members.allSatisfy { right[$0.name] == $0.value }
    }
    let byName: ([Member]) -> [Member] = { members in
      members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
    return byName(left.members) == byName(right.members)
  }
}

extension JSONObject.Member {
  public static func == (left: Self, right: Self) -> Bool {
    left.name.hasSameBytes(as: right.name) && left.value == right.value
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self.init()
    for (name, value) in elements { self[name] = value }
  }
}
