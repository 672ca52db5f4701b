/// Bounds of points in 16 bits.
#ifndef SPARSE_ACCUMULATE_NIBBLES_H
#define SPARSE_ACCUMULATE_NIBBLES_H

#include "instructions.h"

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

/// The lanes of 64 sums that are `least` or more, a bit each.
uint64_t sparse_lanes_reaching(const uint16_t *sums, uint16_t least);

// The same by certain instructions, which the processor must have.
void sparse_accumulate_nibbles_with(
  sparse_instructions instructions, uint16_t *accumulators, size_t block_count,
  const uint8_t *const *lists, size_t list_count, const uint8_t *tables, const uint64_t *mask,
  uint16_t *block_maxima);
uint64_t sparse_lanes_reaching_with(
  sparse_instructions instructions, const uint16_t *sums, uint16_t least);
#endif
