#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Texts by number.
protocol TextTable {
  var textCount: Int { get }
  /// Valid while the table is.
  func textBytes(_ number: Int) -> UnsafeRawBufferPointer
}

/// The texts of several tables, each once, ascending by bytes.
struct MergedTexts<Table: TextTable> {
  /// For each table and text its place among the merged ones; `unused` for texts left out.
  private(set) var ranks: [[UInt32]]
  private(set) var byteCount = 0
  var count: Int { places.count }

  static var unused: UInt32 { .max }

  private struct Place {
    /// The first eight bytes as a big-endian integer, by which most pairs differ.
    var prefix: UInt64
    var table: UInt32
    var number: UInt32
  }

  private let tables: [Table?]
  private var places: [Place] = []

  /// - Parameter isUsed: by table and text; nil stands for all of a table's.
  init(_ tables: [Table?], isUsed: [[Bool]?]) {
    self.tables = tables
    ranks = tables.map { [UInt32](repeating: Self.unused, count: $0?.textCount ?? 0) }
    var all: [Place] = []
    for (index, table) in tables.enumerated() {
      guard let table else { continue }
      for number in 0..<table.textCount where isUsed[index]?[number] ?? true {
        all.append(
          Place(
            prefix: Self.prefix(table.textBytes(number)), table: UInt32(index),
            number: UInt32(number)))
      }
    }
    // Each table's texts ascend, so that sorting is merging.
    all.sort { Self.order($0, $1, tables) < 0 }
    for place in all {
      if let last = places.last, Self.order(last, place, tables) == 0 {
        ranks[Int(place.table)][Int(place.number)] = UInt32(places.count - 1)
        continue
      }
      ranks[Int(place.table)][Int(place.number)] = UInt32(places.count)
      byteCount += tables[Int(place.table)]!.textBytes(Int(place.number)).count
      places.append(place)
    }
  }

  /// The merged text of a rank; valid while the tables are.
  func text(_ rank: Int) -> UnsafeRawBufferPointer {
    tables[Int(places[rank].table)]!.textBytes(Int(places[rank].number))
  }

  private static func prefix(_ text: UnsafeRawBufferPointer) -> UInt64 {
    var prefix: UInt64 = 0
    for index in 0..<8 { prefix = prefix << 8 | (index < text.count ? UInt64(text[index]) : 0) }
    return prefix
  }

  private static func order(_ left: Place, _ right: Place, _ tables: [Table?]) -> Int {
    if left.prefix != right.prefix { return left.prefix < right.prefix ? -1 : 1 }
    let left = tables[Int(left.table)]!.textBytes(Int(left.number))
    let right = tables[Int(right.table)]!.textBytes(Int(right.number))
    let common = min(left.count, right.count)
    if common > 0, let leftBase = left.baseAddress, let rightBase = right.baseAddress {
      let order = memcmp(leftBase, rightBase, common)
      if order != 0 { return Int(order) }
    }
    return left.count - right.count
  }
}
