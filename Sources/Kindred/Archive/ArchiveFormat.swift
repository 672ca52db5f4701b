import JSONCodec
import SparseIndex
import StorageIO

/// The layout of an archive file; see docs/formats/archive.md.
enum ArchiveFormat {
  /// "KINDSNAP", little-endian.
  static let magic: UInt64 = 0x5041_4E53_444E_494B
  static let version: UInt32 = 1
  static let headerByteCount = 16
  static let footerByteCount = 40
  /// Images start at multiples of this.
  static let alignment = 64
  /// Where the version is in the header.
  static let versionOffset = 8

  /// Where the fields of the footer are.
  enum FooterOffset {
    static let directoryPlace = 0
    static let directoryByteCount = 8
    static let fileByteCount = 16
    static let directoryChecksum = 24
    static let checksum = 28
    static let magic = 32
  }

  static var header: [UInt8] {
    var writer = ByteWriter()
    writer.u64(magic)
    writer.u32(version)
    writer.u32(0)
    return writer.contents
  }
}

/// The contents of an archive, as its directory says.
package struct ArchiveContents: Equatable, Sendable {
  package struct Collection: Equatable, Sendable {
    package var name: String
    /// The one that the image carries.
    package var identity: UInt64
    package var configuration: CollectionConfiguration
    package var pointCount: Int
    /// Where the image lies in the file; nil without points.
    package var image: Range<Int>?
  }

  /// When it was made, UTC, as in `2026-01-31T12:00:00`.
  package var created: String
  /// Whether it holds all collections and the aliases; else it holds one collection.
  package var isOfStorage: Bool
  package var aliases: [ByteString: ByteString]
  package var collections: [Collection]

  var json: JSONValue {
    [
      "created": .string(created), "scope": isOfStorage ? "storage" : "collection",
      "aliases": .object(
        JSONObject(
          uniqueMembers: aliases.sorted { $0.key < $1.key }.map {
            .init(name: $0.key.text, value: .string($0.value.text))
          })),
      "collections": .array(collections.map(\.json)),
    ]
  }

  /// Nil when `json` is not what `json` above makes.
  init?(json: JSONValue) {
    guard case .object(let object) = json, let created = object["created"]?.asString,
      let scope = object["scope"]?.asString, ["storage", "collection"].contains(scope),
      let aliases = object["aliases"]?.asObject, let elements = object["collections"]?.asArray
    else { return nil }
    self.created = created
    isOfStorage = scope == "storage"
    self.aliases = [:]
    for alias in aliases.members {
      guard let name = alias.value.asString else { return nil }
      self.aliases[alias.name] = ByteString(name)
    }
    collections = []
    for element in elements {
      guard let collection = Collection(json: element) else { return nil }
      collections.append(collection)
    }
    guard isOfStorage || collections.count == 1 else { return nil }
  }

  init(
    created: String, isOfStorage: Bool, aliases: [ByteString: ByteString], collections: [Collection]
  ) {
    self.created = created
    self.isOfStorage = isOfStorage
    self.aliases = aliases
    self.collections = collections
  }
}

extension ArchiveContents.Collection {
  fileprivate var json: JSONValue {
    var object: JSONObject = [
      "name": .string(name), "identity": .integer(Int64(bitPattern: identity)),
      "points": .integer(Int64(pointCount)), "configuration": configuration.json,
    ]
    if let image {
      object["image"] = [
        "offset": .integer(Int64(image.lowerBound)), "bytes": .integer(Int64(image.count)),
      ]
    }
    return .object(object)
  }

  fileprivate init?(json: JSONValue) {
    guard case .object(let object) = json, let name = object["name"]?.asString,
      case .integer(let identity)? = object["identity"],
      case .integer(let points)? = object["points"], points >= 0, points < UInt32.max,
      let configuration = object["configuration"].flatMap({ CollectionConfiguration(json: $0) })
    else { return nil }
    self.name = name
    self.identity = UInt64(bitPattern: identity)
    self.configuration = configuration
    pointCount = Int(points)
    guard let image = object["image"] else { return }
    guard case .object(let place) = image, case .integer(let offset)? = place["offset"],
      case .integer(let count)? = place["bytes"], offset >= 0, count > 0,
      offset <= Int64.max - count
    else { return nil }
    self.image = Int(offset)..<Int(offset + count)
  }
}
