/// Which scores may be among the best.
#ifndef SPARSE_SUMS_REACHING_H
#define SPARSE_SUMS_REACHING_H

#include "instructions.h"

#include <stddef.h>
#include <stdint.h>

/// The points of a block whose sum is at least `bar` times the product of `length` and their own
/// length, a bit each.
///
/// - sums: 64.
/// - lengths: 64 Float64, at any address; or NULL, where sums are compared with `bar` itself.
/// - points: those that matter, a bit each; of the others nothing is read.
uint64_t sparse_sums_reaching(
  const double *sums, const void *lengths, double length, double bar, uint64_t points);

// The same by certain instructions, which the processor must have.
uint64_t sparse_sums_reaching_with(
  sparse_instructions instructions, const double *sums, const void *lengths, double length,
  double bar, uint64_t points);
#endif
