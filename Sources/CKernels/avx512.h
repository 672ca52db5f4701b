// The kernels that use AVX-512 with VBMI2. Call them only where sparse_best_instructions() says so.
#ifndef SPARSE_AVX512_H
#define SPARSE_AVX512_H

#include <stddef.h>
#include <stdint.h>

#define AVX512 \
  __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi,bmi2,popcnt")))

// Lists of so many blocks or more come from memory far away, and the processor follows only some of
// them on its own: they are asked for so many bytes ahead.
enum {
  LONG_BLOCK_COUNT = 192,
  LIST_BYTES_AHEAD = 512
};

void accumulate_nibbles_avx512(
  uint16_t *accumulators, size_t block_count, const uint8_t *const *lists, size_t list_count,
  const uint8_t *tables, const uint64_t *mask, uint16_t *block_maxima);

void accumulate_bytes_avx512(
  int8_t *sums, size_t block_count, const uint8_t *const *lists, size_t list_count,
  size_t sure_count, const int8_t *tables, int8_t least, const uint64_t *mask, uint64_t *reaching);

uint64_t lanes_reaching_avx512(const uint16_t *sums, uint16_t least);

void add_products_avx512(
  double *sums, uint64_t *touched, size_t block_count, const uint8_t *const *lists,
  size_t list_count, const double *tables);

uint64_t sums_reaching_avx512(
  const double *sums, const uint8_t *lengths, double length, double bar, uint64_t points);

size_t expand_bitmap_avx512(
  const uint8_t *bitmap, size_t block_count, const uint8_t *codes, size_t first, size_t count,
  uint32_t bit_count, uint8_t *output);

size_t expand_pairs_avx512(
  const uint8_t *mask, size_t word_count, const uint8_t *bytes, size_t first, size_t count,
  uint8_t *output);

#endif
