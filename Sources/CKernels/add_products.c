#include "add_products.h"
#include "avx512.h"

static void add_products_portable(
  double *sums, uint64_t *touched, size_t block_count, const uint8_t *const *lists,
  size_t list_count, const double *tables)
{
  for (size_t block = 0; block < block_count; block++) {
    double *place = sums + block * 64;
    uint64_t present = 0;
    for (size_t list = 0; list < list_count; list++) {
      const uint8_t *codes = lists[list] + block * 32;
      const double *table = tables + list * 16;
      for (int j = 0; j < 32; j++) {
        uint8_t low = codes[j] & 15, high = codes[j] >> 4;
        place[2 * j] += table[low];
        place[2 * j + 1] += table[high];
        present |= (uint64_t)(low != 0) << 2 * j | (uint64_t)(high != 0) << (2 * j + 1);
      }
    }
    touched[block] |= present;
  }
}

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

// Bit j of the result: whether byte j of the codes has a bit of `half`.
__attribute__((target("avx2"))) static inline uint32_t present_in(__m256i codes, char half)
{
  __m256i absent =
    _mm256_cmpeq_epi8(_mm256_and_si256(codes, _mm256_set1_epi8(half)), _mm256_setzero_si256());
  return ~(uint32_t)_mm256_movemask_epi8(absent);
}

__attribute__((target("avx2,bmi2"))) static void add_products_avx2(
  double *sums, uint64_t *touched, size_t block_count, const uint8_t *const *lists,
  size_t list_count, const double *tables)
{
  const __m256i shifts = _mm256_setr_epi64x(0, 4, 8, 12), nibble = _mm256_set1_epi64x(15);
  for (size_t block = 0; block < block_count; block++) {
    uint64_t present = 0;
    for (size_t list = 0; list < list_count; list++) {
      __m256i codes = _mm256_loadu_si256((const __m256i *)(lists[list] + block * 32));
      present |= _pdep_u64(present_in(codes, 0x0F), 0x5555555555555555)
        | _pdep_u64(present_in(codes, (char)0xF0), 0xAAAAAAAAAAAAAAAA);
    }
    // Half a block at a time, so that its sums stay in registers.
    for (int half = 0; half < 2; half++) {
      double *place = sums + block * 64 + half * 32;
      __m256d sum[8];
      for (int j = 0; j < 8; j++) sum[j] = _mm256_loadu_pd(place + 4 * j);
      for (size_t list = 0; list < list_count; list++) {
        const uint8_t *codes = lists[list] + block * 32 + half * 16;
        const double *table = tables + list * 16;
        for (int j = 0; j < 8; j++) {
          uint16_t four;
          memcpy(&four, codes + 2 * j, sizeof four);
          __m256i indices =
            _mm256_and_si256(_mm256_srlv_epi64(_mm256_set1_epi64x(four), shifts), nibble);
          sum[j] = _mm256_add_pd(sum[j], _mm256_i64gather_pd(table, indices, 8));
        }
      }
      for (int j = 0; j < 8; j++) _mm256_storeu_pd(place + 4 * j, sum[j]);
    }
    touched[block] |= present;
  }
}
#endif

void sparse_add_products_with(
  sparse_instructions instructions, double *sums, uint64_t *touched, size_t block_count,
  const uint8_t *const *lists, size_t list_count, const double *tables)
{
  switch (instructions) {
#if defined(__x86_64__)
  case SPARSE_AVX512:
    add_products_avx512(sums, touched, block_count, lists, list_count, tables);
    break;
  case SPARSE_AVX2: add_products_avx2(sums, touched, block_count, lists, list_count, tables); break;
#endif
  default: add_products_portable(sums, touched, block_count, lists, list_count, tables);
  }
}

void sparse_add_products(
  double *sums, uint64_t *touched, size_t block_count, const uint8_t *const *lists,
  size_t list_count, const double *tables)
{
  sparse_add_products_with(
    sparse_best_instructions(), sums, touched, block_count, lists, list_count, tables);
}

// As many points as `count`, which the compiler knows, so that their sums stay in registers: each
// waits for its own last addition only.
static inline void add_products_of(
  size_t count, const uint32_t *points, const uint8_t *const *lists, size_t list_count,
  const double *tables, double *sums, uint8_t *marks)
{
  double sum[SPARSE_POINTS_AT_ONCE];
  unsigned any[SPARSE_POINTS_AT_ONCE];
  for (size_t j = 0; j < count; j++) {
    sum[j] = sums[j];
    any[j] = marks[j];
  }
  for (size_t list = 0; list < list_count; list++) {
    const uint8_t *codes = lists[list];
    const double *table = tables + 16 * list;
    for (size_t j = 0; j < count; j++) {
      const unsigned code = codes[points[j] / 2] >> 4 * (points[j] & 1) & 15;
      any[j] |= code;
      sum[j] += table[code];
    }
  }
  for (size_t j = 0; j < count; j++) {
    sums[j] = sum[j];
    marks[j] = any[j] != 0;
  }
}

void sparse_add_products_of_points(
  const uint32_t *points, size_t point_count, const uint8_t *const *lists, size_t list_count,
  const double *tables, double *sums, uint8_t *marks)
{
  size_t first = 0;
  for (; first + 8 <= point_count; first += 8) {
    add_products_of(8, points + first, lists, list_count, tables, sums + first, marks + first);
  }
  if (first + 4 <= point_count) {
    add_products_of(4, points + first, lists, list_count, tables, sums + first, marks + first);
    first += 4;
  }
  if (first + 2 <= point_count) {
    add_products_of(2, points + first, lists, list_count, tables, sums + first, marks + first);
    first += 2;
  }
  if (first < point_count) {
    add_products_of(1, points + first, lists, list_count, tables, sums + first, marks + first);
  }
}
