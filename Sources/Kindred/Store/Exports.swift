// The types of the layers below that the store takes and gives come with `import Kindred`, and no
// others: names such as `File` stay free for whoever embeds it.

@_exported public import struct JSONCodec.ByteString
@_exported public import enum JSONCodec.ExactNumber
@_exported public import struct JSONCodec.InvalidJSONPath
@_exported public import struct JSONCodec.JSONError
@_exported public import struct JSONCodec.JSONObject
@_exported public import struct JSONCodec.JSONPath
@_exported public import enum JSONCodec.JSONValue
@_exported public import struct SparseIndex.Bounds
@_exported public import struct SparseIndex.CollectionConfiguration
@_exported public import enum SparseIndex.Condition
@_exported public import typealias SparseIndex.CountRange
@_exported public import typealias SparseIndex.DatetimeRange
@_exported public import struct SparseIndex.DenseVectorParameters
@_exported public import enum SparseIndex.FieldCondition
@_exported public import struct SparseIndex.Filter
@_exported public import struct SparseIndex.GeoPoint
@_exported public import enum SparseIndex.InvalidFilter
@_exported public import enum SparseIndex.InvalidVector
@_exported public import enum SparseIndex.MatchValue
@_exported public import typealias SparseIndex.NumberRange
@_exported public import struct SparseIndex.PayloadIndexParameters
@_exported public import struct SparseIndex.Point
@_exported public import enum SparseIndex.PointID
@_exported public import class SparseIndex.ReadContext
@_exported public import class SparseIndex.ReadMemory
@_exported public import enum SparseIndex.Similarity
@_exported public import struct SparseIndex.SparseVector
@_exported public import struct SparseIndex.SparseVectorParameters
@_exported public import enum SparseIndex.VectorValue
@_exported public import enum StorageIO.StorageError
