import CKernels
import TestSupport
import Testing

@Suite struct CholeskyTests {
  private static let instructions = [SPARSE_PORTABLE, sparse_best_instructions()]

  @Test(arguments: [8, 16, 56, 200, 304]) func `a system is solved, whatever the instructions`(
    count: Int
  ) {
    var random = SeededGenerator(seed: UInt64(count))
    let factors = (0..<count * count).map { _ in Float.random(in: -1...1, using: &random) }
    let right = (0..<count).map { _ in Float.random(in: -1...1, using: &random) }
    var matrix = [Float](repeating: 0, count: count * count)
    for row in 0..<count {
      for column in 0...row {
        var sum: Float = row == column ? 4 : 0
        for k in 0..<count { sum += factors[row * count + k] * factors[column * count + k] }
        matrix[row * count + column] = sum
      }
    }
    for instructions in Self.instructions {
      var factor = matrix
      // Nothing above the diagonal is read.
      for row in 0..<count {
        for column in row + 1..<max(count, row + 1) { factor[row * count + column] = .nan }
      }
      var solution = right
      #expect(sparse_solve_cholesky_with(instructions, &factor, count, &solution))
      for row in 0..<count {
        var sum = 0.0
        for column in 0..<count {
          let entry = matrix[max(row, column) * count + min(row, column)]
          sum += Double(entry) * Double(solution[column])
        }
        #expect(abs(sum - Double(right[row])) < 1e-3, "row \(row)")
      }
    }
  }

  @Test func `a matrix that is not positive definite has no solution`() {
    for instructions in Self.instructions {
      var matrix = [Float](repeating: 0, count: 64)
      for row in 0..<8 { matrix[row * 9] = row == 5 ? -1 : 1 }
      var vector = [Float](repeating: 1, count: 8)
      #expect(!sparse_solve_cholesky_with(instructions, &matrix, 8, &vector))
    }
  }
}
