// What a user of the library needs from the layers below comes with `import Kindred`.
@_exported public import JSONCodec
@_exported public import SparseIndex
@_exported public import StorageIO
