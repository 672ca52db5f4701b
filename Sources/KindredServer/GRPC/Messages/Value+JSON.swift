#if Remote
  import JSONCodec
  import QdrantProtobuf

  /// An entry of a map of values, as it is on the wire.
  protocol ValueEntry {
    var key: String { get set }
    var value: Qdrant_Value { get set }
    init()
  }

  extension Qdrant_Struct.FieldsEntry: ValueEntry {}
  extension Qdrant_PointStruct.PayloadEntry: ValueEntry {}
  extension Qdrant_ScoredPoint.PayloadEntry: ValueEntry {}
  extension Qdrant_RetrievedPoint.PayloadEntry: ValueEntry {}
  extension Qdrant_SetPayloadPoints.PayloadEntry: ValueEntry {}
  extension Qdrant_PointsUpdateOperation.SetPayload.PayloadEntry: ValueEntry {}
  extension Qdrant_PointsUpdateOperation.OverwritePayload.PayloadEntry: ValueEntry {}
  extension Qdrant_Document.OptionsEntry: ValueEntry {}
  extension Qdrant_Formula.DefaultsEntry: ValueEntry {}
  extension Qdrant_CreateCollection.MetadataEntry: ValueEntry {}
  extension Qdrant_UpdateCollection.MetadataEntry: ValueEntry {}

  extension JSONObject {
    /// - Throws: 400 for numbers that JSON does not have.
    init(_ entries: [some ValueEntry]) throws(APIError) {
      var members: [Member] = []
      members.reserveCapacity(entries.count)
      for entry in entries {
        members.append(Member(name: entry.key, value: try entry.value.json()))
      }
      self.init(members: members)
    }

    func entries<Entry: ValueEntry>() -> [Entry] {
      members.map { member in
        var entry = Entry()
        entry.key = member.name
        entry.value = Qdrant_Value(member.value)
        return entry
      }
    }
  }

  extension Qdrant_Value {
    func json() throws(APIError) -> JSONValue {
      switch kind {
      case .nullValue, nil: return .null
      case .doubleValue(let number):
        guard number.isFinite else {
          throw .wrongInput("a value is \(number), and JSON has finite numbers only")
        }
        return .double(number)
      case .integerValue(let number): return .integer(number)
      case .stringValue(let text): return .string(text)
      case .boolValue(let bool): return .bool(bool)
      case .structValue(let structure): return .object(try JSONObject(structure.fields))
      case .listValue(let list):
        var elements: [JSONValue] = []
        elements.reserveCapacity(list.values.count)
        for value in list.values { elements.append(try value.json()) }
        return .array(elements)
      }
    }

    init(_ json: JSONValue) {
      self.init()
      switch json {
      case .null: kind = .nullValue(.nullValue)
      case .bool(let bool): kind = .boolValue(bool)
      case .integer(let number): kind = .integerValue(number)
      // The message has no unsigned numbers.
      case .unsigned(let number): kind = .doubleValue(Double(number))
      case .double(let number): kind = .doubleValue(number)
      case .string(let text): kind = .stringValue(text)
      case .array(let elements):
        var list = Qdrant_ListValue()
        list.values = elements.map(Qdrant_Value.init)
        kind = .listValue(list)
      case .object(let object):
        var structure = Qdrant_Struct()
        structure.fields = object.entries()
        kind = .structValue(structure)
      }
    }
  }
#endif
