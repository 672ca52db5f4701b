#ifndef SPARSE_DECODE_POSTINGS_H
#define SPARSE_DECODE_POSTINGS_H

#include "instructions.h"

#include <stddef.h>
#include <stdint.h>

// Decoding of posting lists. All may read up to 16 bytes beyond the last one they need.

/// Where a walk over an Elias-Fano sequence stands.
typedef struct {
  const uint8_t *high, *low;
  size_t count, high_word_count;
  /// Every number is below it; of damaged bytes no others are written.
  uint64_t bound;
  uint32_t low_bit_count;
  /// The index of the next number.
  size_t index;
  size_t word_index;
  /// The bits of the present word of the high part that have not been read.
  uint64_t word;
} sparse_offsets_cursor;

/// Writes the numbers below `limit` that have not been read to `output`, at most `capacity`.
/// Returns how many.
size_t sparse_decode_offsets(
  sparse_offsets_cursor *cursor, uint64_t limit, size_t capacity, uint32_t *output);
size_t sparse_decode_offsets_portable(
  sparse_offsets_cursor *cursor, uint64_t limit, size_t capacity, uint32_t *output);
/// The same by certain instructions, which the processor must have.
size_t sparse_decode_offsets_with(
  sparse_instructions instructions, sparse_offsets_cursor *cursor, uint64_t limit, size_t capacity,
  uint32_t *output);

/// Passes over the numbers below `limit` that have not been read. Returns the next number, which
/// stays unread, or UINT64_MAX at the end.
uint64_t sparse_skip_offsets(sparse_offsets_cursor *cursor, uint64_t limit);
uint64_t sparse_skip_offsets_portable(sparse_offsets_cursor *cursor, uint64_t limit);

/// Writes `count` codes of `bit_count` (1 to 8) bits, from the one at `first` on, a byte each.
void sparse_decode_codes(
  const uint8_t *codes, size_t first, size_t count, uint32_t bit_count, uint8_t *output);
void sparse_decode_codes_portable(
  const uint8_t *codes, size_t first, size_t count, uint32_t bit_count, uint8_t *output);

/// Writes the weights that the first `count` codes stand for; `table` has one for each code that
/// `bit_count` bits can say.
void sparse_decode_weights(
  const uint8_t *codes, size_t count, uint32_t bit_count, const float *table, float *output);
void sparse_decode_weights_portable(
  const uint8_t *codes, size_t count, uint32_t bit_count, const float *table, float *output);

/// Spreads a bitmap's packed codes of at most 4 bits: 4 bits for each of 64 * block_count points, 0
/// where the bit is 0, else 1 + the code. `first` is the index of the first code; there are `count`
/// in all, and of damaged bitmaps with more bits no others are read. Returns the index of the next
/// code.
size_t sparse_expand_bitmap(
  const uint8_t *bitmap, size_t block_count, const uint8_t *codes, size_t first, size_t count,
  uint32_t bit_count, uint8_t *output);
/// The same by certain instructions, which the processor must have.
size_t sparse_expand_bitmap_with(
  sparse_instructions instructions, const uint8_t *bitmap, size_t block_count, const uint8_t *codes,
  size_t first, size_t count, uint32_t bit_count, uint8_t *output);

/// Spreads the bytes of pairs of points, each of which holds 4 bits for either point: a byte for
/// each of 64 * word_count pairs, 0 where the mask's bit is 0, else the next of `bytes`. `first` is
/// the index of the first one; there are `count` in all, and of damaged masks with more bits no
/// others are read. Returns the index of the next byte.
size_t sparse_expand_pairs(
  const uint8_t *mask, size_t word_count, const uint8_t *bytes, size_t first, size_t count,
  uint8_t *output);
/// The same by certain instructions, which the processor must have.
size_t sparse_expand_pairs_with(
  sparse_instructions instructions, const uint8_t *mask, size_t word_count, const uint8_t *bytes,
  size_t first, size_t count, uint8_t *output);

#endif
