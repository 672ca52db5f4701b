// The types of the layers below that a user of the library needs come with `import Kindred`.
@_exported public import JSONCodec
@_exported public import SparseIndex
@_exported public import StorageIO
