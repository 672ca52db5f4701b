/// Many paths as one tree of their steps, so that a document is gone through once for all of them.
package struct JSONPathTree: Sendable {
  /// A path ends here.
  private(set) var isEnd = false
  private var names: [ByteString: JSONPathTree] = [:]
  private var indexes: [Int: JSONPathTree] = [:]
  /// One at most; an array because a value cannot hold another of its type.
  private var elements: [JSONPathTree] = []

  package init(_ paths: [JSONPath]) {
    for path in paths { insert([.name(path.first)] + path.rest) }
  }

  private init() {}

  private mutating func insert(_ steps: some Collection<JSONPath.Step>) {
    guard let step = steps.first else {
      isEnd = true
      return
    }
    switch step {
    case .name(let name):
      names[ByteString(name), default: JSONPathTree()].insert(steps.dropFirst())
    case .index(let index):
      indexes[index, default: JSONPathTree()].insert(steps.dropFirst())
    case .everyElement:
      if elements.isEmpty { elements.append(JSONPathTree()) }
      elements[0].insert(steps.dropFirst())
    }
  }

  func below(_ name: String) -> JSONPathTree? {
    names.isEmpty ? nil : names[ByteString(name)]
  }

  func below(index: Int) -> JSONPathTree? { indexes.isEmpty ? nil : indexes[index] }

  /// Where `[]` leads.
  var everyElement: JSONPathTree? { elements.first }
}
