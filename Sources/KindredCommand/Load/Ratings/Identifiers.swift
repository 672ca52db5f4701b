import DataFiles
import JSONCodec

/// The ids in one column of a set, each with an index in the order of their first appearance.
///
/// When every id is a whole number in range, ids are numbers and stay what they are; a single one
/// that is not makes all of them keys, which get numbers from a catalogue. Takes memory by the number
/// of different ids, not of ratings.
package struct Identifiers {
  private enum Identifier {
    case number(UInt64)
    case key(String)
  }

  /// Whether no id so far is a key.
  package private(set) var areNumbers = true
  private let maxNumber: UInt64
  private var identifiers: [Identifier] = []
  /// Index plus one, by small number: most sets have no others.
  private var indexOfSmall: [UInt32] = []
  private var indexOfNumber: [UInt64: UInt32] = [:]
  private var indexOfKey: [ByteString: UInt32] = [:]

  private static let smallLimit: UInt64 = 1 << 22

  /// - Parameter maxNumber: the largest id that can stay a number.
  package init(maxNumber: UInt64) { self.maxNumber = maxNumber }

  var count: Int { identifiers.count }

  /// The index of an id, which is not empty.
  package mutating func index(of bytes: ArraySlice<UInt8>) -> UInt32 {
    guard let number = Self.number(bytes), number <= maxNumber else {
      areNumbers = false
      return indexOfKey(DataText.decode(bytes))
    }
    if number < Self.smallLimit {
      if number >= indexOfSmall.count {
        let count = max(Int(number) + 1, min(2 * indexOfSmall.count, Int(Self.smallLimit)))
        indexOfSmall += [UInt32](repeating: 0, count: count - indexOfSmall.count)
      }
      if indexOfSmall[Int(number)] == 0 { indexOfSmall[Int(number)] = add(.number(number)) + 1 }
      return indexOfSmall[Int(number)] - 1
    }
    if let index = indexOfNumber[number] { return index }
    let index = add(.number(number))
    indexOfNumber[number] = index
    return index
  }

  /// The id as it stands in the file.
  package func text(at index: Int) -> String {
    switch identifiers[index] {
    case .number(let number): String(number)
    case .key(let key): key
    }
  }

  /// The number of every id, by index.
  ///
  /// - Parameter known: the catalogue so far; keys it does not have get the numbers after its largest.
  /// - Throws: where a key has, or would get, a number beyond the largest that there may be.
  package func numbers(known: [ByteString: UInt64]) throws(CommandFailure) -> [UInt64] {
    var last = known.values.max() ?? 0
    var numbers: [UInt64] = []
    numbers.reserveCapacity(count)
    for index in 0..<count {
      if areNumbers, case .number(let number) = identifiers[index] {
        numbers.append(number)
      } else if let number = known[text(at: index)] {
        guard number <= maxNumber else {
          throw CommandFailure(
            "the key '\(text(at: index))' has the number \(number), and the largest that it can have is "
              + "\(maxNumber)")
        }
        numbers.append(number)
      } else {
        guard last < maxNumber else {
          throw CommandFailure(
            "there is no number left for the key '\(text(at: index))': the largest in use is \(last), "
              + "the largest that there can be \(maxNumber); load it afresh with --replace")
        }
        last += 1
        numbers.append(last)
      }
    }
    return numbers
  }

  private mutating func indexOfKey(_ key: String) -> UInt32 {
    if let index = indexOfKey[key] { return index }
    let index = add(.key(key))
    indexOfKey[key] = index
    return index
  }

  private mutating func add(_ identifier: Identifier) -> UInt32 {
    identifiers.append(identifier)
    return UInt32(identifiers.count - 1)
  }

  /// Digits as a number is written: `7` and not `007`, which is another id.
  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64? {
    guard let first = bytes.first, bytes.count <= 19, first != 0x30 || bytes.count == 1 else {
      return nil
    }
    var value: UInt64 = 0
    for byte in bytes {
      let digit = byte &- 0x30
      guard digit < 10 else { return nil }
      value = value * 10 + UInt64(digit)
    }
    return value
  }
}
