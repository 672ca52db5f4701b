import Kindred
import KindredServer
import NIOHTTP1
import Testing

@Suite struct StoreErrorWordingTests {
  @Test(
    arguments: [
      (.collectionNotFound("x"), 404, "Not found: Collection `x` doesn't exist!"),
      (.collectionExists("x"), 409, "Wrong input: Collection `x` already exists!"),
      (.aliasNotFound("x"), 404, "Not found: Alias x does not exists!"),
      (.pointNotFound(7), 404, "Not found: No point with id 7 found"),
      (
        .pointVectorNotFound(7, name: "v"), 404,
        "Not found: Vector with name `v` for point 7 not found"
      ),
      (.vectorNotFound("v"), 400, "Wrong input: Not existing vector name error: v"),
      (.archiveNotFound("x"), 404, "Not found: Snapshot `x` doesn't exist!"),
      (
        .archiveChecksumMismatch(expected: "0", found: "1"), 400,
        "Wrong input: Snapshot checksum mismatch: expected 0, got 1"
      ),
      (
        .vectorSize(expected: 2, found: 3), 400,
        "Wrong input: Vector dimension error: expected dim: 2, got 3"
      ),
      (
        .vectorKind(name: "v"), 400,
        "Wrong input: Conversion between sparse and regular vectors failed"
      ),
      (
        .multivector(name: "v"), 400,
        "Wrong input: Conversion between multi and regular vectors failed"
      ),
      (
        .indexNotFound(key: "year", for: .ordering), 400,
        "Wrong input: No range index for `order_by` key: `year`. Please create one to use "
          + "`order_by`. Integer (with range), float and datetime indexes support it."
      ),
      (
        .indexNotFound(key: "year", for: .facets), 400,
        "Wrong input: No appropriate index for faceting: `year`. Please create one to facet on "
          + "this field. Keyword, integer (with lookup), bool and uuid indexes support it."
      ),
      (
        .itemModelNotFound(collection: "x"), 400,
        "Wrong input: collection `x` has no item model: make one with PUT "
          + "/collections/x/item-model/items"
      ),
      (
        .invalidQuery(.formulaValueMissing(path: "a", type: "number")), 400,
        "Wrong input: Expected number value for a in the payload and/or in the formula defaults. "
          + "Error: No value found in a payload nor defaults"
      ),
      (.invalid("no"), 400, "Wrong input: no"),
      (
        .incomplete(.collectionNotFound("x"), writtenPointCount: 3), 404,
        "Not found: Collection `x` doesn't exist!; 3 points had been written before and stay so"
      ),
    ] as [(StoreError, UInt, String)])
  func `clients read the sentences that they know`(
    error: StoreError, status: UInt, message: String
  ) {
    let refusal = APIError(error)
    #expect(refusal.status.code == status)
    #expect(refusal.message == message)
  }

  @Test func `users of the library read plain ones`() {
    #expect("\(StoreError.collectionNotFound("x"))" == "there is no collection 'x'")
    #expect("\(StoreError.aliasExists("x"))" == "there is an alias 'x' already")
    #expect("\(StoreError.invalidQuery(.emptyContext))" == "the context has no pairs")
  }
}
