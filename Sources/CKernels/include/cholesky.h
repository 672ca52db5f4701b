#ifndef SPARSE_CHOLESKY_H
#define SPARSE_CHOLESKY_H

#include "instructions.h"

#include <stdbool.h>
#include <stddef.h>

/// Solves A·x = b for a symmetric, positive definite A by its Cholesky factor, in Float32.
///
/// - matrix: the lower triangle of A with its diagonal, row after row of `count` numbers. Numbers
///   above the diagonal are not read. Holds the factor afterwards.
/// - count: rows and columns, a multiple of 8. Fill up with rows that are 1 on the diagonal and 0
///   elsewhere, and with zeros in b.
/// - vector: b, and x afterwards.
///
/// Returns false, with both in any state, when A is not positive definite.
bool sparse_solve_cholesky(float *matrix, size_t count, float *vector);
/// The same by certain instructions, which the processor must have.
bool sparse_solve_cholesky_with(
  sparse_instructions instructions, float *matrix, size_t count, float *vector);

#endif
