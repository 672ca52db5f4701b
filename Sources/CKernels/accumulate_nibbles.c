#include "accumulate_nibbles.h"
#include "avx512.h"

static void accumulate_nibbles_portable(
  uint16_t *accumulators, size_t block_count, const uint8_t *const *lists, size_t list_count,
  const uint8_t *tables, const uint64_t *mask, uint16_t *block_maxima)
{
  for (size_t block = 0; block < block_count; block++) {
    uint16_t *sums = accumulators + block * 64;
    for (size_t list = 0; list < list_count; list++) {
      const uint8_t *codes = lists[list] + block * 32;
      const uint8_t *table = tables + list * 32;
      for (int j = 0; j < 32; j++) {
        uint8_t low = codes[j] & 15, high = codes[j] >> 4;
        sums[2 * j] += (uint16_t)(table[low] | table[16 + low] << 8);
        sums[2 * j + 1] += (uint16_t)(table[high] | table[16 + high] << 8);
      }
    }
    uint64_t word = mask ? mask[block] : ~(uint64_t)0;
    uint16_t greatest = 0;
    for (int j = 0; j < 64; j++) {
      if (!(word >> j & 1)) sums[j] = 0;
      if (sums[j] > greatest) greatest = sums[j];
    }
    block_maxima[block] = greatest;
  }
}

static uint64_t lanes_reaching_portable(const uint16_t *sums, uint16_t least)
{
  uint64_t lanes = 0;
  for (int j = 0; j < 64; j++) lanes |= (uint64_t)(sums[j] >= least) << j;
  return lanes;
}

#if defined(__x86_64__)
#include <immintrin.h>

// Zeroes the 16 lanes whose bits in `bits` are 0.
__attribute__((target("avx2"))) static inline __m256i keep(__m256i sums, uint16_t bits)
{
  const __m256i select = _mm256_setr_epi16(
    1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, (short)0x8000);
  __m256i chosen = _mm256_and_si256(_mm256_set1_epi16((short)bits), select);
  return _mm256_and_si256(sums, _mm256_cmpeq_epi16(chosen, select));
}

__attribute__((target("avx2"))) static inline uint16_t greatest_lane(__m256i lanes)
{
  __m128i half = _mm_max_epu16(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256(lanes, 1));
  // minpos finds the least: complement to find the greatest.
  __m128i least = _mm_minpos_epu16(_mm_xor_si128(half, _mm_set1_epi16(-1)));
  return (uint16_t)~_mm_extract_epi16(least, 0);
}

__attribute__((target("avx2"))) static void accumulate_nibbles_avx2(
  uint16_t *accumulators, size_t block_count, const uint8_t *const *lists, size_t list_count,
  const uint8_t *tables, const uint64_t *mask, uint16_t *block_maxima)
{
  const __m256i nibble = _mm256_set1_epi8(15);
  const int is_long = block_count >= LONG_BLOCK_COUNT;
  for (size_t block = 0; block < block_count; block++) {
    // Unpacking works on 128-bit halves: even0 holds points 0, 2, … 14 and 32, 34, … 46, even1 16,
    // 18, … 30 and 48, 50, … 62; they are put in order at the end.
    __m256i even0 = _mm256_setzero_si256(), even1 = even0, odd0 = even0, odd1 = even0;
    // Two blocks share a cache line.
    if (is_long && block % 2 == 0) {
      for (size_t list = 0; list < list_count; list++) {
        _mm_prefetch((const char *)lists[list] + 32 * block + LIST_BYTES_AHEAD, _MM_HINT_T0);
      }
    }
    for (size_t list = 0; list < list_count; list++) {
      __m256i codes = _mm256_loadu_si256((const __m256i *)(lists[list] + block * 32));
      const __m128i *table = (const __m128i *)(tables + list * 32);
      __m256i low_table = _mm256_broadcastsi128_si256(_mm_loadu_si128(table));
      __m256i high_table = _mm256_broadcastsi128_si256(_mm_loadu_si128(table + 1));
      __m256i even = _mm256_and_si256(codes, nibble);
      __m256i odd = _mm256_and_si256(_mm256_srli_epi16(codes, 4), nibble);
      __m256i low = _mm256_shuffle_epi8(low_table, even);
      __m256i high = _mm256_shuffle_epi8(high_table, even);
      even0 = _mm256_add_epi16(even0, _mm256_unpacklo_epi8(low, high));
      even1 = _mm256_add_epi16(even1, _mm256_unpackhi_epi8(low, high));
      low = _mm256_shuffle_epi8(low_table, odd);
      high = _mm256_shuffle_epi8(high_table, odd);
      odd0 = _mm256_add_epi16(odd0, _mm256_unpacklo_epi8(low, high));
      odd1 = _mm256_add_epi16(odd1, _mm256_unpackhi_epi8(low, high));
    }
    __m256i first0 = _mm256_unpacklo_epi16(even0, odd0);
    __m256i second0 = _mm256_unpackhi_epi16(even0, odd0);
    __m256i first1 = _mm256_unpacklo_epi16(even1, odd1);
    __m256i second1 = _mm256_unpackhi_epi16(even1, odd1);
    __m256i *sums = (__m256i *)(accumulators + block * 64);
    __m256i sum0 =
      _mm256_add_epi16(_mm256_loadu_si256(sums), _mm256_permute2x128_si256(first0, second0, 0x20));
    __m256i sum1 = _mm256_add_epi16(
      _mm256_loadu_si256(sums + 1), _mm256_permute2x128_si256(first1, second1, 0x20));
    __m256i sum2 = _mm256_add_epi16(
      _mm256_loadu_si256(sums + 2), _mm256_permute2x128_si256(first0, second0, 0x31));
    __m256i sum3 = _mm256_add_epi16(
      _mm256_loadu_si256(sums + 3), _mm256_permute2x128_si256(first1, second1, 0x31));
    if (mask) {
      uint64_t word = mask[block];
      sum0 = keep(sum0, (uint16_t)word);
      sum1 = keep(sum1, (uint16_t)(word >> 16));
      sum2 = keep(sum2, (uint16_t)(word >> 32));
      sum3 = keep(sum3, (uint16_t)(word >> 48));
    }
    _mm256_storeu_si256(sums, sum0);
    _mm256_storeu_si256(sums + 1, sum1);
    _mm256_storeu_si256(sums + 2, sum2);
    _mm256_storeu_si256(sums + 3, sum3);
    block_maxima[block] =
      greatest_lane(_mm256_max_epu16(_mm256_max_epu16(sum0, sum1), _mm256_max_epu16(sum2, sum3)));
  }
}

__attribute__((target("avx2"))) static uint64_t lanes_reaching_avx2(
  const uint16_t *sums, uint16_t least)
{
  const __m256i bar = _mm256_set1_epi16((short)least);
  uint64_t lanes = 0;
  for (int half = 0; half < 2; half++) {
    const __m256i *place = (const __m256i *)(sums + 32 * half);
    __m256i first = _mm256_loadu_si256(place), second = _mm256_loadu_si256(place + 1);
    first = _mm256_cmpeq_epi16(_mm256_max_epu16(first, bar), first);
    second = _mm256_cmpeq_epi16(_mm256_max_epu16(second, bar), second);
    // Packing works on 128-bit halves.
    __m256i both = _mm256_permute4x64_epi64(_mm256_packs_epi16(first, second), 0xD8);
    lanes |= (uint64_t)(uint32_t)_mm256_movemask_epi8(both) << 32 * half;
  }
  return lanes;
}
#endif

void sparse_accumulate_nibbles_with(
  sparse_instructions instructions, uint16_t *accumulators, size_t block_count,
  const uint8_t *const *lists, size_t list_count, const uint8_t *tables, const uint64_t *mask,
  uint16_t *block_maxima)
{
  switch (instructions) {
#if defined(__x86_64__)
  case SPARSE_AVX512:
    accumulate_nibbles_avx512(
      accumulators, block_count, lists, list_count, tables, mask, block_maxima);
    break;
  case SPARSE_AVX2:
    accumulate_nibbles_avx2(
      accumulators, block_count, lists, list_count, tables, mask, block_maxima);
    break;
#endif
  default:
    accumulate_nibbles_portable(
      accumulators, block_count, lists, list_count, tables, mask, block_maxima);
  }
}

void sparse_accumulate_nibbles(
  uint16_t *accumulators, size_t block_count, const uint8_t *const *lists, size_t list_count,
  const uint8_t *tables, const uint64_t *mask, uint16_t *block_maxima)
{
  sparse_accumulate_nibbles_with(
    sparse_best_instructions(), accumulators, block_count, lists, list_count, tables, mask,
    block_maxima);
}

uint64_t sparse_lanes_reaching_with(
  sparse_instructions instructions, const uint16_t *sums, uint16_t least)
{
  switch (instructions) {
#if defined(__x86_64__)
  case SPARSE_AVX512: return lanes_reaching_avx512(sums, least);
  case SPARSE_AVX2: return lanes_reaching_avx2(sums, least);
#endif
  default: return lanes_reaching_portable(sums, least);
  }
}

uint64_t sparse_lanes_reaching(const uint16_t *sums, uint16_t least)
{
  return sparse_lanes_reaching_with(sparse_best_instructions(), sums, least);
}
