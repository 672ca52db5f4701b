/// Bounds of points in 8 bits.
#ifndef SPARSE_ACCUMULATE_BYTES_H
#define SPARSE_ACCUMULATE_BYTES_H

#include "instructions.h"

#include <stddef.h>
#include <stdint.h>

/// Adds the contributions of posting lists of nibbles (`accumulate_nibbles.h`) to signed 8-bit
/// sums, list by list, 64 points a block. A sum that would leave the 8 bits stays at their end; one
/// that has been at 127 at any time ends there.
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

// The same by certain instructions, which the processor must have.
void sparse_accumulate_bytes_with(
  sparse_instructions instructions, int8_t *sums, size_t block_count, const uint8_t *const *lists,
  size_t list_count, size_t sure_count, const int8_t *tables, int8_t least, const uint64_t *mask,
  uint64_t *reaching);
#endif
