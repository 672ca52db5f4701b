import Kindred
import Testing

@Suite struct CompactionPolicyTests {
  private func file(_ number: UInt64, megabytes: Int, deleted: Int = 0)
    -> CompactionPolicy.Candidate
  {
    .init(
      number: number, byteCount: megabytes << 20, pointCount: 100, deletedPointCount: deleted)
  }

  @Test func `four files of one size are merged`() {
    let files = (1...4).map { file($0, megabytes: 8) }
    #expect(Set(CompactionPolicy.choose(files)) == [1, 2, 3, 4])
    #expect(CompactionPolicy.choose(Array(files.dropLast())).isEmpty)
  }

  @Test func `a large file is left alone by small ones`() {
    let files = [file(1, megabytes: 500)] + (2...5).map { file($0, megabytes: 2) }
    #expect(Set(CompactionPolicy.choose(files)) == [2, 3, 4, 5])
  }

  @Test func `a file with many deleted points is rewritten`() {
    #expect(CompactionPolicy.choose([file(1, megabytes: 9, deleted: 20)]).isEmpty)
    #expect(CompactionPolicy.choose([file(1, megabytes: 9, deleted: 21)]) == [1])
  }

  @Test func `everything means one file without deleted points`() {
    #expect(CompactionPolicy.chooseAll([]).isEmpty)
    #expect(CompactionPolicy.chooseAll([file(1, megabytes: 1)]).isEmpty)
    #expect(CompactionPolicy.chooseAll([file(1, megabytes: 1, deleted: 1)]) == [1])
    #expect(
      CompactionPolicy.chooseAll([file(1, megabytes: 1), file(2, megabytes: 900)]).count == 2)
  }
}
