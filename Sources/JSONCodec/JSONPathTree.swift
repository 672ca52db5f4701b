/// Several paths as one tree, so that a document is compared with all of them at once.
package struct JSONPathTree: Sendable {
  private struct Node: Sendable {
    /// By name; nothing for paths that only go on through arrays.
    var names: [ByteString: Int] = [:]
    /// Through `[]`.
    var elements: Int?
    /// Through one element.
    var indexes: [Int: Int] = [:]
    /// Whether a path ends here.
    var isEnd = false
  }

  /// Steps below which no document reaches (`JSONReader` refuses deeper ones).
  private static let maxDepth = 128

  private var nodes = [Node()]
  /// The top-level names, in the order of the paths.
  package private(set) var firstNames: [String] = []
  /// Whether every path is a single name.
  package private(set) var isFlat = true

  package init() {}

  package init(_ paths: some Sequence<JSONPath>) {
    for path in paths { insert(path) }
  }

  /// About what the tree takes.
  package var byteCount: Int { nodes.count * (MemoryLayout<Node>.stride + 64) }

  package mutating func insert(_ path: JSONPath) {
    if nodes[0].names[ByteString(path.first)] == nil { firstNames.append(path.first) }
    var place = child(named: path.first, of: 0)
    for step in path.rest.prefix(Self.maxDepth) {
      isFlat = false
      switch step {
      case .name(let name): place = child(named: name, of: place)
      case .everyElement:
        if nodes[place].elements == nil {
          nodes[place].elements = nodes.count
          nodes.append(Node())
        }
        place = nodes[place].elements!
      case .index(let index):
        if nodes[place].indexes[index] == nil {
          nodes[place].indexes[index] = nodes.count
          nodes.append(Node())
        }
        place = nodes[place].indexes[index]!
      }
    }
    nodes[place].isEnd = true
  }

  private mutating func child(named name: String, of node: Int) -> Int {
    let key = ByteString(name)
    if let child = nodes[node].names[key] { return child }
    nodes[node].names[key] = nodes.count
    nodes.append(Node())
    return nodes.count - 1
  }

  // MARK: Selecting

  /// The part of the object that lies on one of the paths: above or below where it ends. Array
  /// elements count as `[]` only; those off every path are dropped.
  package func selection(of object: JSONObject) -> JSONObject { selection(of: object, at: 0) }

  /// The object without what lies at or below the end of one of the paths.
  package func remainder(of object: JSONObject) -> JSONObject { remainder(of: object, at: 0) }

  private func selection(of object: JSONObject, at node: Int) -> JSONObject {
    var kept: [JSONObject.Member] = []
    for member in object.members {
      guard let child = nodes[node].names[ByteString(member.name)] else { continue }
      kept.append(.init(name: member.name, value: selection(of: member.value, at: child)))
    }
    return JSONObject(uniqueMembers: kept)
  }

  private func selection(of value: JSONValue, at node: Int) -> JSONValue {
    if nodes[node].isEnd { return value }
    switch value {
    case .object(let object): return .object(selection(of: object, at: node))
    case .array(let elements):
      guard let child = nodes[node].elements else { return .array([]) }
      return .array(elements.map { selection(of: $0, at: child) })
    default: return value
    }
  }

  private func remainder(of object: JSONObject, at node: Int) -> JSONObject {
    var kept: [JSONObject.Member] = []
    for member in object.members {
      guard let child = nodes[node].names[ByteString(member.name)] else {
        kept.append(member)
        continue
      }
      if nodes[child].isEnd { continue }
      kept.append(.init(name: member.name, value: remainder(of: member.value, at: child)))
    }
    return JSONObject(uniqueMembers: kept)
  }

  private func remainder(of value: JSONValue, at node: Int) -> JSONValue {
    switch value {
    case .object(let object): return .object(remainder(of: object, at: node))
    case .array(let elements):
      guard let child = nodes[node].elements else { return value }
      if nodes[child].isEnd { return .array([]) }
      return .array(elements.map { remainder(of: $0, at: child) })
    default: return value
    }
  }

  // MARK: Removing

  /// Removes from the object what each of the paths leads to. A last `[]` empties the array; a last
  /// index changes nothing.
  package func remove(from object: inout JSONObject) { remove(from: &object, at: 0) }

  private func remove(from object: inout JSONObject, at node: Int) {
    object.changeValues { member in
      guard let child = nodes[node].names[ByteString(member.name)] else { return member.value }
      // (A literal nil would be the value null.)
      return nodes[child].isEnd ? Optional.none : removal(from: member.value, at: child)
    }
  }

  private func removal(from value: JSONValue, at node: Int) -> JSONValue {
    switch value {
    case .object(var object):
      remove(from: &object, at: node)
      return .object(object)
    case .array(let elements):
      let (every, indexes) = (nodes[node].elements, nodes[node].indexes)
      if let every, nodes[every].isEnd { return .array([]) }
      return .array(
        elements.enumerated().map { index, element in
          var element = element
          if let every { element = removal(from: element, at: every) }
          if let child = indexes[index] { element = removal(from: element, at: child) }
          return element
        })
    default: return value
    }
  }
}
