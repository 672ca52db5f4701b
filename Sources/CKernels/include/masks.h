#ifndef SPARSE_MASKS_H
#define SPARSE_MASKS_H

#include "instructions.h"

#include <stddef.h>
#include <stdint.h>

// Each sets bit i of `words` when values[i] passes, and clears it otherwise; `words` has a bit for
// each of `count` values, rounded up to whole words. `values` may lie at any alignment.

/// low ≤ value ≤ low + span, without wrapping around the type.
void sparse_mask_range_u8(
  const void *values, size_t count, uint8_t low, uint8_t span, uint64_t *words);
void sparse_mask_range_u16(
  const void *values, size_t count, uint16_t low, uint16_t span, uint64_t *words);
void sparse_mask_range_u32(
  const void *values, size_t count, uint32_t low, uint32_t span, uint64_t *words);
void sparse_mask_range_u64(
  const void *values, size_t count, uint64_t low, uint64_t span, uint64_t *words);
/// low ≤ value ≤ high.
void sparse_mask_range_f64(
  const void *values, size_t count, double low, double high, uint64_t *words);

/// table[value] is 1 (otherwise 0); the table has an element for every value that occurs.
void sparse_mask_table_u8(const void *values, size_t count, const uint8_t *table, uint64_t *words);
void sparse_mask_table_u16(const void *values, size_t count, const uint8_t *table, uint64_t *words);
void sparse_mask_table_u32(const void *values, size_t count, const uint8_t *table, uint64_t *words);
void sparse_mask_table_u64(const void *values, size_t count, const uint8_t *table, uint64_t *words);

/// How many bits of the words are set.
size_t sparse_count_bits(const uint64_t *words, size_t word_count);

// The same by certain instructions, which the processor must have.
void sparse_mask_range_u8_with(
  sparse_instructions instructions, const void *values, size_t count, uint8_t low, uint8_t span,
  uint64_t *words);
void sparse_mask_range_u16_with(
  sparse_instructions instructions, const void *values, size_t count, uint16_t low, uint16_t span,
  uint64_t *words);
void sparse_mask_range_u32_with(
  sparse_instructions instructions, const void *values, size_t count, uint32_t low, uint32_t span,
  uint64_t *words);
void sparse_mask_range_u64_with(
  sparse_instructions instructions, const void *values, size_t count, uint64_t low, uint64_t span,
  uint64_t *words);
void sparse_mask_range_f64_with(
  sparse_instructions instructions, const void *values, size_t count, double low, double high,
  uint64_t *words);
size_t sparse_count_bits_with(
  sparse_instructions instructions, const uint64_t *words, size_t word_count);

#endif
