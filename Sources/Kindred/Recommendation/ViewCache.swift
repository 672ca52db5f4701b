import JSONCodec
import SparseIndex
import Synchronization

/// Values computed from a collection's present points, by name: shared by the views of a
/// collection, and made anew once it has changed.
final class ViewCache<Value: Sendable>: Sendable {
  private struct Entry {
    let contentVersion: Int
    /// The values may know ranks and offsets.
    let segments: [Segment]
    let value: Value
  }

  private let entries = Mutex<[ByteString: Entry]>([:])

  /// - Parameter make: what it makes once the view's read is over, or of damage, is not kept.
  func value(of view: CollectionView, named name: String, _ make: () -> Value) -> Value {
    let segments = view.segments.map(\.segment)
    // Bytes decide: of two names that only look alike each has its own.
    let key = ByteString(name)
    let found = entries.withLock { entries -> Value? in
      guard let entry = entries[key], entry.contentVersion == view.contentVersion,
        entry.segments.elementsEqual(segments, by: ===)
      else { return nil }
      return entry.value
    }
    if let found { return found }
    let value = make()
    if view.context.isOver || view.isDamaged { return value }
    let entry = Entry(contentVersion: view.contentVersion, segments: segments, value: value)
    entries.withLock { entries in
      // A view that somebody has held for long does not displace what others use.
      if entries[key].map({ $0.contentVersion <= view.contentVersion }) ?? true {
        entries[key] = entry
      }
    }
    return value
  }

  fileprivate func clear() { entries.withLock { $0 = [:] } }
}

/// Values that recommendations compute once for all views of a collection.
final class ViewCaches: Sendable {
  let statistics = ViewCache<RatingStatistics>()
  let contents = ViewCache<ItemContents>()

  /// Lets go of the segments, so that files that have been merged can go.
  func clear() {
    statistics.clear()
    contents.clear()
  }
}
