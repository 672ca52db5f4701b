#if Remote
  import NIOCore
  import QdrantProtobuf
  import StorageIO
  import SwiftProtobuf

  /// Tells from a message's bytes how much memory it takes once it is decoded: two bytes may stand for a
  /// whole message within it.
  struct MessageWeight: Sendable {
    private enum Field {
      case message(shape: Int)
      /// Numbers in a row, each of which takes `byteCount` bytes in memory.
      case varints(byteCount: Int)
    }

    /// The fields that are not simply as long as their bytes, by kind of message.
    private let shapes: [[UInt64: Field]]
    private let positions: [String: Int]

    static let shared = MessageWeight()

    /// About how many bytes every message takes beside its texts and numbers.
    private static let messageByteCount = 64
    private static let maxDepth = 100
    /// Shorter bodies cannot stand for much.
    private static let smallByteCount = 16 << 10

    private init() {
      let files = DescribedFiles.set.file
      var messages: [(name: String, Google_Protobuf_DescriptorProto)] = []
      func visit(_ message: Google_Protobuf_DescriptorProto, _ scope: String) {
        let name = "\(scope).\(message.name)"
        messages.append((name, message))
        for nested in message.nestedType { visit(nested, name) }
      }
      for file in files {
        for message in file.messageType { visit(message, "." + file.package) }
      }
      var positions: [String: Int] = [:]
      for (index, (name, _)) in messages.enumerated() { positions[name] = index }
      shapes = messages.map { _, message in
        var shape: [UInt64: Field] = [:]
        for field in message.field {
          let number = UInt64(clamping: field.number)
          switch field.type {
          case .message:
            if let child = positions[field.typeName] { shape[number] = .message(shape: child) }
          case .uint64, .int64, .enum: shape[number] = .varints(byteCount: 8)
          case .uint32, .int32, .bool: shape[number] = .varints(byteCount: 4)
          default: break
          }
        }
        return shape
      }
      self.positions = positions
    }

    /// - Parameters:
    ///   - name: of the kind of message, as in `qdrant.UpsertPoints`.
    ///   - limit: more than this is too much.
    /// - Throws: 413 when it is; 400 when the bytes are not a message.
    func check(_ body: ByteBuffer, of name: String, limit: Int) throws(APIError) -> Int {
      guard body.readableBytes > Self.smallByteCount, let shape = positions["." + name] else {
        return 0
      }
      let weight = body.withUnsafeReadableBytes { bytes in
        var scan = Scan(bytes: bytes, limit: limit)
        return scan.weigh(self, shape, until: bytes.count, depth: 0) ? scan.weight : nil
      }
      guard let weight else {
        throw .badRequest("the message is not a \(name), or nested too deep")
      }
      guard weight <= limit else {
        throw APIError(
          .contentTooLarge,
          "Payload error: the message would take more than the allowed \(limit) bytes in memory; send "
            + "smaller batches")
      }
      return weight
    }

    private struct Scan {
      let bytes: UnsafeRawBufferPointer
      let limit: Int
      var position = 0
      var weight = 0

      /// - Returns: false when the bytes are not such a message.
      mutating func weigh(
        _ shapes: MessageWeight, _ shape: Int, until end: Int, depth: Int
      ) -> Bool {
        guard depth < MessageWeight.maxDepth else { return false }
        weight += MessageWeight.messageByteCount
        while position < end {
          if weight > limit { return true }
          guard let tag = varint(until: end) else { return false }
          switch tag & 7 {
          case 0: guard varint(until: end) != nil else { return false }
          case 1: position += 8
          case 5: position += 4
          case 2:
            guard let length = varint(until: end), length <= UInt64(end - position) else {
              return false
            }
            let next = position + Int(length)
            switch shapes.shapes[shape][tag >> 3] {
            case .message(let child):
              guard weigh(shapes, child, until: next, depth: depth + 1) else { return false }
              if weight > limit { return true }
            case .varints(let byteCount): weight += byteCount * Int(length)
            case nil: weight += Int(length)
            }
            position = next
          default: return false
          }
          weight += 4
        }
        return position == end
      }

      private mutating func varint(until end: Int) -> UInt64? {
        guard
          let (value, byteCount) = readLEB128(
            maxByteCount: min(10, end - position), byte: { bytes[position + $0] })
        else { return nil }
        position += byteCount
        return value
      }
    }
  }
#endif
