/// The few loops that want instructions Swift cannot express (byte shuffles). A loop that uses more
/// than the compiler may assume of every processor has a portable twin, chosen at run time, and a
/// test that compares the two. `crc32c.h` says whether there is an instruction, and Swift has the
/// twin.
#ifndef C_KERNELS_H
#define C_KERNELS_H
#include "cholesky.h"
#include "crc32c.h"
#include "decode_postings.h"
#include "instructions.h"
#include "masks.h"

#include <stddef.h>
#include <stdint.h>

/// Adds the contributions of posting lists of nibbles to 16-bit accumulators, 64 points a block.
///
/// Such a list holds a 4-bit code a point, two to a byte, the lower point in the low half.
///
/// - accumulators: 64 per block, holding what other lists contributed; the sums must fit 16 bits.
/// - lists: for each list, the bytes of its first block.
/// - tables: for each list 32 bytes: the low bytes of the contributions of codes 0 to 15, then the
///   high bytes.
/// - mask: a 64-bit word per block, or NULL: points whose bit is 0 end with the sum 0.
/// - block_maxima: receives the greatest sum of each block.
void sparse_accumulate_nibbles(
  uint16_t *accumulators, size_t block_count, const uint8_t *const *lists, size_t list_count,
  const uint8_t *tables, const uint64_t *mask, uint16_t *block_maxima);

/// Adds the contributions of posting lists of nibbles (see above) to signed 8-bit sums, list by
/// list, 64 points a block. A sum that would leave the 8 bits stays at their end; one that has been
/// at 127 at any time ends there.
///
/// - sums: 64 per block, holding what other lists contributed.
/// - sure_count: so many of the lists, the first ones, bring no sum to 127.
/// - tables: for each list the contributions of codes 0 to 15.
/// - mask: a 64-bit word per block, or NULL: points whose bit is 0 end with the sum -128.
/// - least: more than -128.
/// - reaching: receives a 64-bit word per block, a bit for each sum that is `least` or more.
void sparse_accumulate_bytes(
  int8_t *sums, size_t block_count, const uint8_t *const *lists, size_t list_count,
  size_t sure_count, const int8_t *tables, int8_t least, const uint64_t *mask, uint64_t *reaching);

/// The numbers, which are two's complements, as 8 bits; -128 and 127 for those beyond.
void sparse_narrow(const uint16_t *numbers, size_t count, int8_t *output);

/// The lanes of 64 sums that are `least` or more, a bit each.
uint64_t sparse_lanes_reaching(const uint16_t *sums, uint16_t least);

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

/// The points of a block whose sum is at least `bar` times the product of `length` and their own
/// length, a bit each.
///
/// - sums: 64.
/// - lengths: 64 Float64, at any address; or NULL, where sums are compared with `bar` itself.
/// - points: those that matter, a bit each; of the others nothing is read.
uint64_t sparse_sums_reaching(
  const double *sums, const void *lengths, double length, double bar, uint64_t points);

// The same by certain instructions, which the processor must have.
void sparse_accumulate_nibbles_with(
  sparse_instructions instructions, uint16_t *accumulators, size_t block_count,
  const uint8_t *const *lists, size_t list_count, const uint8_t *tables, const uint64_t *mask,
  uint16_t *block_maxima);
void sparse_accumulate_bytes_with(
  sparse_instructions instructions, int8_t *sums, size_t block_count, const uint8_t *const *lists,
  size_t list_count, size_t sure_count, const int8_t *tables, int8_t least, const uint64_t *mask,
  uint64_t *reaching);
void sparse_add_products_with(
  sparse_instructions instructions, double *sums, uint64_t *touched, size_t block_count,
  const uint8_t *const *lists, size_t list_count, const double *tables);
uint64_t sparse_lanes_reaching_with(
  sparse_instructions instructions, const uint16_t *sums, uint16_t least);
uint64_t sparse_sums_reaching_with(
  sparse_instructions instructions, const double *sums, const void *lengths, double length,
  double bar, uint64_t points);
#endif
