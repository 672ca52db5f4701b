#if Remote
  import JSONCodec
  import Kindred
  import QdrantProtobuf
  import SparseIndex

  /// Ids, vectors and points as messages have them.
  extension PointID {
    init(_ message: Qdrant_PointId) throws(APIError) {
      switch message.pointIDOptions {
      case .num(let number): self = .integer(number)
      case .uuid(let text):
        guard let id = PointID(uuid: text) else {
          throw APIError.badRequest("Unable to parse UUID: \(text)")
        }
        self = id
      case nil: throw APIError.badRequest("No ID options provided")
      }
    }

    var message: Qdrant_PointId {
      var message = Qdrant_PointId()
      switch self {
      case .integer(let number): message.pointIDOptions = .num(number)
      case .uuid: message.pointIDOptions = .uuid(description)
      }
      return message
    }

    static func list(_ messages: [Qdrant_PointId]) throws(APIError) -> [PointID] {
      var ids: [PointID] = []
      ids.reserveCapacity(messages.count)
      for message in messages { ids.append(try PointID(message)) }
      return ids
    }
  }

  extension VectorValue {
    /// - Parameter path: where the vector stands, for errors.
    init(_ message: Qdrant_Vector, _ path: @autoclosure () -> String, as use: Inference.Use)
      throws
    {
      switch message.vector {
      case .dense(let dense): self = try .dense(dense, path())
      case .sparse(let sparse): self = try .sparse(sparse, path())
      case .multiDense(let rows): self = try .multiDense(rows, path())
      case .document(let document): self = try document.vector(as: use)
      case .image, .object: throw Self.noModel
      case nil: try self.init(flat: message, path())
      }
    }

    /// The fields that came before `vector`: numbers, with positions where they are sparse, in rows
    /// where there are several vectors.
    private init(flat message: Qdrant_Vector, _ path: @autoclosure () -> String) throws {
      if message.hasIndices {
        self = .sparse(try VectorWire.sparse(message.indices.data, message.data, path()))
      } else if message.hasVectorsCount {
        let count = Int(message.vectorsCount)
        guard count > 0, !message.data.isEmpty, message.data.count.isMultiple(of: count) else {
          throw APIError.validation(
            path(), "\(message.data.count) numbers are not \(count) vectors of one size")
        }
        let size = message.data.count / count
        self = .multiDense(
          stride(from: 0, to: message.data.count, by: size).map {
            Array(message.data[$0..<$0 + size])
          })
      } else {
        guard !message.data.isEmpty else {
          throw APIError.validation(path(), "vector must not be empty")
        }
        self = .dense(message.data)
      }
    }

    static func dense(_ message: Qdrant_DenseVector, _ path: @autoclosure () -> String)
      throws(APIError) -> VectorValue
    {
      guard !message.data.isEmpty else {
        throw .validation(path(), "vector must not be empty")
      }
      return .dense(message.data)
    }

    static func sparse(_ message: Qdrant_SparseVector, _ path: @autoclosure () -> String)
      throws(APIError) -> VectorValue
    {
      .sparse(try VectorWire.sparse(message.indices, message.values, path()))
    }

    static func multiDense(_ message: Qdrant_MultiDenseVector, _ path: @autoclosure () -> String)
      throws(APIError) -> VectorValue
    {
      .multiDense(try VectorWire.checked(message.vectors.map(\.data), path()))
    }

    static let noModel = APIError.wrongInput(
      "InferenceService is not initialized: only documents with the model `qdrant/bm25` are turned "
        + "into vectors here")

    var message: Qdrant_VectorOutput {
      var message = Qdrant_VectorOutput()
      switch self {
      case .sparse(let vector):
        message.vector = .sparse(
          .with {
            $0.indices = vector.dimensions
            $0.values = vector.weights
          })
      case .dense(let components): message.vector = .dense(.with { $0.data = components })
      case .multiDense(let rows):
        message.vector = .multiDense(
          .with { $0.vectors = rows.map { row in .with { $0.data = row } } })
      }
      return message
    }
  }

  extension Qdrant_Document {
    func vector(as use: Inference.Use) throws -> VectorValue {
      let tree: JSONValue = [
        "text": .string(text), "model": .string(model), "options": .object(try JSONObject(options)),
      ]
      return try Inference.vector(of: JSONInput(tree), as: use)
    }
  }

  extension Qdrant_Vectors {
    func byName(_ path: @autoclosure () -> String) throws -> [ByteString: VectorValue] {
      switch vectorsOptions {
      case .vector(let vector): return ["": try VectorValue(vector, path(), as: .document)]
      case .vectors(let named):
        var vectors: [ByteString: VectorValue] = [:]
        for entry in named.vectors {
          vectors[ByteString(entry.key)] = try VectorValue(
            entry.value, "\(path()).\(entry.key)", as: .document)
        }
        return vectors
      case nil: return [:]
      }
    }
  }

  extension Qdrant_VectorsOutput {
    init(_ vectors: [ByteString: VectorValue]) {
      self.init()
      if vectors.count == 1, let unnamed = vectors[""] {
        if case .sparse = unnamed {
        } else {
          vectorsOptions = .vector(unnamed.message)
          return
        }
      }
      var named = Qdrant_NamedVectorsOutput()
      named.vectors = vectors.sorted { $0.key < $1.key }.map { key, vector in
        .with {
          $0.key = key.text
          $0.value = vector.message
        }
      }
      vectorsOptions = .vectors(named)
    }
  }

  extension Point {
    init(_ message: Qdrant_PointStruct, index: Int) throws {
      self.init(
        id: try PointID(message.id), vectors: try message.vectors.byName("points[\(index)].vector"),
        payload: try JSONObject(message.payload))
    }
  }

  // MARK: Answers

  extension OrderValue {
    fileprivate var message: Qdrant_OrderValue {
      var message = Qdrant_OrderValue()
      switch self {
      case .integer(let value): message.variant = .int(value)
      case .float(let value): message.variant = .float(value)
      }
      return message
    }
  }

  extension Qdrant_ScoredPoint {
    init(_ point: ScoredPoint) {
      self.init()
      id = point.id.message
      score = point.score
      if let payload = point.record.payload { self.payload = payload.entries() }
      if let vectors = point.record.vectors { self.vectors = Qdrant_VectorsOutput(vectors) }
      if let value = point.record.orderValue { orderValue = value.message }
    }
  }

  extension Qdrant_RetrievedPoint {
    init(_ record: Record) {
      self.init()
      id = record.id.message
      if let payload = record.payload { self.payload = payload.entries() }
      if let vectors = record.vectors { self.vectors = Qdrant_VectorsOutput(vectors) }
      if let value = record.orderValue { orderValue = value.message }
    }
  }

  extension Qdrant_PointGroup {
    init(_ group: PointGroup, _ context: ReadContext) throws {
      self.init()
      switch group.id {
      case .integer(let number): id.kind = .integerValue(number)
      case .unsigned(let number): id.kind = .unsignedValue(number)
      case .string(let text): id.kind = .stringValue(text.text)
      }
      // Clients tell numbers by their kind: Qdrant has unsigned ones for what is not negative.
      if case .integerValue(let number) = id.kind, number >= 0 {
        id.kind = .unsignedValue(UInt64(number))
      }
      hits = try context.messages(group.hits, Qdrant_ScoredPoint.init)
      if let record = group.lookup { lookup = Qdrant_RetrievedPoint(record) }
    }
  }

  extension ReadContext {
    /// Makes messages of what has been read, as long as the answer may grow.
    func messages<Element, Message>(
      _ elements: [Element], _ make: (Element) -> Message
    ) throws -> [Message] where Element: Measured {
      var meter = WorkMeter(self)
      var messages: [Message] = []
      messages.reserveCapacity(elements.count)
      for element in elements {
        // The message and its bytes.
        let byteCount = 2 * element.approximateByteCount
        if !take(byteCount) || meter.isOver(after: 64 + byteCount / 8) { try check() }
        messages.append(make(element))
      }
      return messages
    }
  }

  /// An element of long lists in answers.
  protocol Measured {
    /// About what it takes in a message.
    var approximateByteCount: Int { get }
  }

  extension Record: Measured {
    var approximateByteCount: Int { 64 + contentByteCount }
  }

  extension ScoredPoint: Measured {
    var approximateByteCount: Int { record.approximateByteCount }
  }
#endif
