#include "avx512.h"

#if defined(__x86_64__)
#include "decode_postings.h"

#include <immintrin.h>
#include <string.h>

// Lists whose tables are held at a time; bytes ahead of those that are read that are asked of the
// memory.
enum {
  BATCH = 64,
  AHEAD = 512
};

// A table of 16-bit contributions, twice: a shuffle of words looks at five bits of an index, of
// which the fifth belongs to another code.
AVX512 static inline __m512i twice(const uint8_t *table)
{
  __m256i low = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)table));
  __m256i high = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(table + 16)));
  __m256i words = _mm256_or_si256(low, _mm256_slli_epi16(high, 8));
  return _mm512_inserti64x4(_mm512_castsi256_si512(words), words, 1);
}

AVX512 static inline uint16_t greatest_lane(__m512i lanes)
{
  __m256i half =
    _mm256_max_epu16(_mm512_castsi512_si256(lanes), _mm512_extracti64x4_epi64(lanes, 1));
  __m128i quarter = _mm_max_epu16(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
  // minpos finds the least: complement to find the greatest.
  __m128i least = _mm_minpos_epu16(_mm_xor_si128(quarter, _mm_set1_epi16(-1)));
  return (uint16_t)~_mm_extract_epi16(least, 0);
}

// Two blocks a step: a 16-bit lane of a register holds the codes of four points, which are looked
// up one after the other.
AVX512 static inline __attribute__((always_inline)) void accumulate_batch(
  uint16_t *accumulators, size_t block_count, const uint8_t *const *lists, size_t list_count,
  const uint8_t *tables, const uint64_t *mask, uint16_t *block_maxima, int is_long)
{
  __m512i wide[BATCH];
  for (size_t list = 0; list < list_count; list++) wide[list] = twice(tables + 32 * list);
  // From four registers, each of every fourth point, to the order of points.
  const __m512i words = _mm512_set_epi16(
    47, 15, 46, 14, 45, 13, 44, 12, 43, 11, 42, 10, 41, 9, 40, 8, 39, 7, 38, 6, 37, 5, 36, 4, 35, 3,
    34, 2, 33, 1, 32, 0);
  const __m512i words_high = _mm512_add_epi16(words, _mm512_set1_epi16(16));
  const __m512i pairs = _mm512_set_epi32(23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
  const __m512i pairs_high = _mm512_add_epi32(pairs, _mm512_set1_epi32(8));
  for (size_t block = 0; block < block_count; block += 2) {
    const int is_last = block + 1 == block_count;
    const __mmask64 present = is_last ? 0xFFFFFFFFu : ~(__mmask64)0;
    __m512i sum0 = _mm512_setzero_si512(), sum1 = sum0, sum2 = sum0, sum3 = sum0;
    for (size_t list = 0; list < list_count; list++) {
      if (is_long) {
        _mm_prefetch((const char *)lists[list] + 32 * block + LIST_BYTES_AHEAD, _MM_HINT_T0);
      }
      __m512i codes = _mm512_maskz_loadu_epi8(present, lists[list] + 32 * block);
      __m512i table = wide[list];
      sum0 = _mm512_add_epi16(sum0, _mm512_permutexvar_epi16(codes, table));
      sum1 = _mm512_add_epi16(sum1, _mm512_permutexvar_epi16(_mm512_srli_epi16(codes, 4), table));
      sum2 = _mm512_add_epi16(sum2, _mm512_permutexvar_epi16(_mm512_srli_epi16(codes, 8), table));
      sum3 = _mm512_add_epi16(sum3, _mm512_permutexvar_epi16(_mm512_srli_epi16(codes, 12), table));
    }
    __m512i first0 = _mm512_permutex2var_epi16(sum0, words, sum1);
    __m512i first1 = _mm512_permutex2var_epi16(sum0, words_high, sum1);
    __m512i second0 = _mm512_permutex2var_epi16(sum2, words, sum3);
    __m512i second1 = _mm512_permutex2var_epi16(sum2, words_high, sum3);
    const __m512i sums[4] = {
      _mm512_permutex2var_epi32(first0, pairs, second0),
      _mm512_permutex2var_epi32(first0, pairs_high, second0),
      _mm512_permutex2var_epi32(first1, pairs, second1),
      _mm512_permutex2var_epi32(first1, pairs_high, second1)};
    for (int half = 0; half < 2 - is_last; half++) {
      uint16_t *place = accumulators + 64 * (block + (size_t)half);
      const uint64_t word = mask ? mask[block + (size_t)half] : ~(uint64_t)0;
      __m512i low =
        _mm512_maskz_add_epi16((__mmask32)word, _mm512_loadu_si512(place), sums[2 * half]);
      __m512i high = _mm512_maskz_add_epi16(
        (__mmask32)(word >> 32), _mm512_loadu_si512(place + 32), sums[2 * half + 1]);
      _mm512_storeu_si512(place, low);
      _mm512_storeu_si512(place + 32, high);
      block_maxima[block + (size_t)half] = greatest_lane(_mm512_max_epu16(low, high));
    }
  }
}

AVX512 static void accumulate_short(
  uint16_t *accumulators, size_t block_count, const uint8_t *const *lists, size_t list_count,
  const uint8_t *tables, const uint64_t *mask, uint16_t *block_maxima)
{
  accumulate_batch(accumulators, block_count, lists, list_count, tables, mask, block_maxima, 0);
}

AVX512 static void accumulate_long(
  uint16_t *accumulators, size_t block_count, const uint8_t *const *lists, size_t list_count,
  const uint8_t *tables, const uint64_t *mask, uint16_t *block_maxima)
{
  accumulate_batch(accumulators, block_count, lists, list_count, tables, mask, block_maxima, 1);
}

void accumulate_nibbles_avx512(
  uint16_t *accumulators, size_t block_count, const uint8_t *const *lists, size_t list_count,
  const uint8_t *tables, const uint64_t *mask, uint16_t *block_maxima)
{
  size_t first = 0;
  do {
    const size_t count = list_count - first < BATCH ? list_count - first : BATCH;
    (block_count < LONG_BLOCK_COUNT ? accumulate_short : accumulate_long)(
      accumulators, block_count, lists + first, count, tables + 32 * first, mask, block_maxima);
    first += count;
  } while (first < list_count);
}

AVX512 uint64_t lanes_reaching_avx512(const uint16_t *sums, uint16_t least)
{
  const __m512i bar = _mm512_set1_epi16((short)least);
  const uint64_t low = _mm512_cmpge_epu16_mask(_mm512_loadu_si512(sums), bar);
  const uint64_t high = _mm512_cmpge_epu16_mask(_mm512_loadu_si512(sums + 32), bar);
  return low | high << 32;
}

// Eight codes are put into eight lanes by shifts; a shuffle looks at the lowest four bits of each.
AVX512 void add_products_avx512(
  double *sums, uint64_t *touched, size_t block_count, const uint8_t *const *lists,
  size_t list_count, const double *tables)
{
  const __m512i shifts = _mm512_setr_epi64(0, 4, 8, 12, 16, 20, 24, 28);
  for (size_t block = 0; block < block_count; block++) {
    double *place = sums + 64 * block;
    __m512d sum[8];
    for (int j = 0; j < 8; j++) sum[j] = _mm512_loadu_pd(place + 8 * j);
    uint64_t present = 0;
    for (size_t list = 0; list < list_count; list++) {
      const uint8_t *codes = lists[list] + 32 * block;
      const __m512d low = _mm512_loadu_pd(tables + 16 * list);
      const __m512d high = _mm512_loadu_pd(tables + 16 * list + 8);
      for (int j = 0; j < 8; j++) {
        uint32_t eight;
        memcpy(&eight, codes + 4 * j, sizeof eight);
        const __m512i indices = _mm512_srlv_epi64(_mm512_set1_epi64(eight), shifts);
        sum[j] = _mm512_add_pd(sum[j], _mm512_permutex2var_pd(low, indices, high));
      }
      const __m256i all = _mm256_loadu_si256((const __m256i *)codes);
      present |= _pdep_u64(_mm256_test_epi8_mask(all, _mm256_set1_epi8(15)), 0x5555555555555555)
        | _pdep_u64(_mm256_test_epi8_mask(all, _mm256_set1_epi8((char)0xF0)), 0xAAAAAAAAAAAAAAAA);
    }
    for (int j = 0; j < 8; j++) _mm512_storeu_pd(place + 8 * j, sum[j]);
    touched[block] |= present;
  }
}

AVX512 uint64_t sums_reaching_avx512(
  const double *sums, const uint8_t *lengths, double length, double bar, uint64_t points)
{
  const __m512d bars = _mm512_set1_pd(bar), factor = _mm512_set1_pd(length);
  uint64_t reaching = 0;
  for (int part = 0; part < 64; part += 8) {
    const __mmask8 wanted = (__mmask8)(points >> part);
    __m512d least = bars;
    if (lengths) {
      const __m512d own = _mm512_maskz_loadu_pd(wanted, lengths + 8 * part);
      least = _mm512_mul_pd(_mm512_mul_pd(factor, own), bars);
    }
    const __m512d sum = _mm512_maskz_loadu_pd(wanted, sums + part);
    reaching |= (uint64_t)_mm512_mask_cmp_pd_mask(wanted, sum, least, _CMP_GE_OQ) << part;
  }
  return reaching;
}

// 64 codes are parted by shifts of 64-bit lanes, eight codes a lane, and put into the places of the
// bitmap's ones. A damaged bitmap with more ones than codes is left to the portable way.
AVX512 size_t expand_bitmap_avx512(
  const uint8_t *bitmap, size_t block_count, const uint8_t *codes, size_t first, size_t count,
  uint32_t bit_count, uint8_t *output)
{
  uint8_t lanes[64], places[8];
  for (int lane = 0; lane < 8; lane++) {
    places[lane] = (uint8_t)(lane * (int)bit_count);
    for (int byte = 0; byte < 8; byte++) {
      lanes[8 * lane + byte] = (uint8_t)(lane * (int)bit_count + byte);
    }
  }
  uint64_t place;
  memcpy(&place, places, sizeof place);
  const __m512i gather = _mm512_loadu_si512(lanes);
  const __m512i shifts = _mm512_set1_epi64((long long)place);
  const __m512i code_mask = _mm512_set1_epi8((char)((1 << bit_count) - 1));
  const __m512i one = _mm512_set1_epi8(1);
  const __m512i halves = _mm512_set1_epi16(0x1001);
  const size_t byte_count = (bit_count * count + 7) >> 3;
  size_t block = 0;
  for (; block < block_count; block++) {
    uint64_t present;
    memcpy(&present, bitmap + 8 * block, sizeof present);
    if (first + (size_t)__builtin_popcountll(present) > count) break;
    const size_t bit = bit_count * first;
    const size_t left = byte_count - (bit >> 3);
    __m512i bytes = _mm512_maskz_loadu_epi8(
      left < 64 ? ((__mmask64)1 << left) - 1 : ~(__mmask64)0, codes + (bit >> 3));
    __m512i parts = _mm512_multishift_epi64_epi8(
      _mm512_add_epi8(shifts, _mm512_set1_epi8((char)(bit & 7))),
      _mm512_permutexvar_epi8(gather, bytes));
    __m512i expanded =
      _mm512_maskz_expand_epi8(present, _mm512_add_epi8(_mm512_and_si512(parts, code_mask), one));
    _mm256_storeu_si256(
      (__m256i *)(output + 32 * block),
      _mm512_cvtepi16_epi8(_mm512_maddubs_epi16(expanded, halves)));
    first += (size_t)__builtin_popcountll(present);
  }
  return sparse_expand_bitmap_with(
    SPARSE_PORTABLE, bitmap + 8 * block, block_count - block, codes, first, count, bit_count,
    output + 32 * block);
}

// A damaged mask with more ones than there are bytes is left to the portable way.
AVX512 size_t expand_pairs_avx512(
  const uint8_t *mask, size_t word_count, const uint8_t *bytes, size_t first, size_t count,
  uint8_t *output)
{
  size_t word = 0;
  for (; word < word_count; word++) {
    uint64_t present;
    memcpy(&present, mask + 8 * word, sizeof present);
    const size_t members = (size_t)__builtin_popcountll(present);
    const size_t left = count - first;
    if (members > left) break;
    // A list has too little of a window for the processor to notice that it is read from front to
    // back.
    _mm_prefetch((const char *)(bytes + first + AHEAD), _MM_HINT_T0);
    if (word % 8 == 0) _mm_prefetch((const char *)(mask + 8 * word + AHEAD), _MM_HINT_T0);
    const __m512i next = left < 64
      ? _mm512_maskz_loadu_epi8(((__mmask64)1 << left) - 1, bytes + first)
      : _mm512_loadu_si512(bytes + first);
    _mm512_storeu_si512(output + 64 * word, _mm512_maskz_expand_epi8(present, next));
    first += members;
  }
  return sparse_expand_pairs_with(
    SPARSE_PORTABLE, mask + 8 * word, word_count - word, bytes, first, count, output + 64 * word);
}

// The sums of 64 points, -128 for those that the word leaves out, and who reaches the bar.
AVX512 static inline void store_sums(
  int8_t *place, __m512i sums, uint64_t word, __m512i bar, uint64_t *reaching)
{
  sums = _mm512_mask_mov_epi8(_mm512_set1_epi8(-128), word, sums);
  _mm512_storeu_si512(place, sums);
  *reaching = _mm512_cmpge_epi8_mask(sums, bar);
}

// The contributions of 64 bytes of a list are added to the sums of even and of odd points. The
// shuffle looks at six bits of an index: the table is repeated, so that those of the other half do
// not matter.
AVX512 static inline void add_list(
  const uint8_t *list, __mmask64 present, const int8_t *table, __m512i *even, __m512i *odd)
{
  const __m512i codes = _mm512_maskz_loadu_epi8(present, list);
  const __m512i steps = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)table));
  *even = _mm512_adds_epi8(*even, _mm512_permutexvar_epi8(codes, steps));
  *odd = _mm512_adds_epi8(*odd, _mm512_permutexvar_epi8(_mm512_srli_epi16(codes, 4), steps));
}

// Two blocks a step, sums of even and of odd points apart, as the halves of the lists' bytes are.
AVX512 void accumulate_bytes_avx512(
  int8_t *sums, size_t block_count, const uint8_t *const *lists, size_t list_count,
  size_t sure_count, const int8_t *tables, int8_t least, const uint64_t *mask, uint64_t *reaching)
{
  uint8_t numbers[64];
  for (int j = 0; j < 64; j++) numbers[j] = (uint8_t)(2 * j);
  const __m512i evens = _mm512_loadu_si512(numbers);
  const __m512i odds = _mm512_add_epi8(evens, _mm512_set1_epi8(1));
  for (int j = 0; j < 64; j++) numbers[j] = (uint8_t)((j >> 1) + 64 * (j & 1));
  const __m512i low_half = _mm512_loadu_si512(numbers);
  const __m512i high_half = _mm512_add_epi8(low_half, _mm512_set1_epi8(32));
  const __m512i full = _mm512_set1_epi8(127), bar = _mm512_set1_epi8(least);
  for (size_t block = 0; block < block_count; block += 2) {
    const int is_last = block + 1 == block_count;
    const __mmask64 present = is_last ? 0xFFFFFFFFu : ~(__mmask64)0;
    int8_t *place = sums + 64 * block;
    const __m512i first = _mm512_loadu_si512(place);
    const __m512i second = is_last ? first : _mm512_loadu_si512(place + 64);
    __m512i even = _mm512_permutex2var_epi8(first, evens, second);
    __m512i odd = _mm512_permutex2var_epi8(first, odds, second);
    __m512i even_peak = even, odd_peak = odd;
    size_t list = 0;
    for (; list < sure_count; list++) {
      add_list(lists[list] + 32 * block, present, tables + 16 * list, &even, &odd);
    }
    for (; list < list_count; list++) {
      add_list(lists[list] + 32 * block, present, tables + 16 * list, &even, &odd);
      even_peak = _mm512_max_epi8(even_peak, even);
      odd_peak = _mm512_max_epi8(odd_peak, odd);
    }
    even = _mm512_mask_mov_epi8(even, _mm512_cmpeq_epi8_mask(even_peak, full), full);
    odd = _mm512_mask_mov_epi8(odd, _mm512_cmpeq_epi8_mask(odd_peak, full), full);
    store_sums(
      place, _mm512_permutex2var_epi8(even, low_half, odd), mask ? mask[block] : ~(uint64_t)0, bar,
      reaching + block);
    if (is_last) break;
    store_sums(
      place + 64, _mm512_permutex2var_epi8(even, high_half, odd),
      mask ? mask[block + 1] : ~(uint64_t)0, bar, reaching + block + 1);
  }
}
#endif
