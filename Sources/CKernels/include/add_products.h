/// Scores of points, exact.
#ifndef SPARSE_ADD_PRODUCTS_H
#define SPARSE_ADD_PRODUCTS_H

#include "instructions.h"

#include <stddef.h>
#include <stdint.h>

/// Adds the products of posting lists of nibbles to the points' sums, 64 points a block, each
/// point's in the order of the lists.
///
/// - sums: 64 per block.
/// - touched: a 64-bit word per block; the bits of points that a list has are set.
/// - lists: for each list, the bytes of its first block.
/// - tables: for each list the products of codes 0 to 15; that of code 0, which says that a point
///   lacks the dimension, is 0.
void sparse_add_products(
  double *sums, uint64_t *touched, size_t block_count, const uint8_t *const *lists,
  size_t list_count, const double *tables);

/// Points that are added up side by side.
#define SPARSE_POINTS_AT_ONCE 8

/// Adds the products of single points to their sums, each point's in the order of the lists; for
/// lists and tables see above.
///
/// - points: `point_count` of them, counted from the lists' first.
/// - sums: one a point.
/// - marks: a byte a point: 1 where it was not 0, or a list has the point, else 0.
void sparse_add_products_of_points(
  const uint32_t *points, size_t point_count, const uint8_t *const *lists, size_t list_count,
  const double *tables, double *sums, uint8_t *marks);

// The same by certain instructions, which the processor must have.
void sparse_add_products_with(
  sparse_instructions instructions, double *sums, uint64_t *touched, size_t block_count,
  const uint8_t *const *lists, size_t list_count, const double *tables);
#endif
