import JSONCodec
import SparseIndex

/// A payload selector made ready for many points.
enum PayloadParts {
  case none
  case all
  case include(JSONPathTree)
  case exclude(JSONPathTree)

  init(_ selector: PayloadSelector, for context: ReadContext) throws(StoreError) {
    switch selector {
    case .none: self = .none
    case .all: self = .all
    case .include(let paths): self = .include(try Self.tree(paths, context))
    case .exclude(let paths): self = .exclude(try Self.tree(paths, context))
    }
  }

  var isNone: Bool { if case .none = self { true } else { false } }

  private static func tree(
    _ paths: [JSONPath], _ context: ReadContext
  ) throws(StoreError) -> JSONPathTree {
    var tree = JSONPathTree()
    var meter = WorkMeter(context)
    var counted = 0
    for path in paths {
      if meter.isOver(after: 64 * (1 + min(path.rest.count, 1024))) { break }
      tree.insert(path)
      if !context.take(tree.byteCount - counted) { break }
      counted = tree.byteCount
    }
    try context.check()
    return tree
  }
}
