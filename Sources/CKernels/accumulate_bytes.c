#include "accumulate_bytes.h"
#include "avx512.h"

static inline int8_t narrow(int number)
{
  return (int8_t)(number > 127 ? 127 : number < -128 ? -128 : number);
}

void sparse_narrow(const uint16_t *numbers, size_t count, int8_t *output)
{
  for (size_t i = 0; i < count; i++) output[i] = narrow((int16_t)numbers[i]);
}

static void accumulate_bytes_portable(
  int8_t *sums, size_t block_count, const uint8_t *const *lists, size_t list_count,
  const int8_t *tables, int8_t least, const uint64_t *mask, uint64_t *reaching)
{
  for (size_t block = 0; block < block_count; block++) {
    int8_t *place = sums + block * 64;
    const uint64_t word = mask ? mask[block] : ~(uint64_t)0;
    uint64_t lanes = 0;
    for (int j = 0; j < 64; j++) {
      int8_t sum = place[j], peak = sum;
      for (size_t list = 0; list < list_count; list++) {
        const uint8_t code = lists[list][block * 32 + (size_t)j / 2] >> 4 * (j & 1) & 15;
        sum = narrow(sum + tables[list * 16 + code]);
        if (sum > peak) peak = sum;
      }
      if (peak == 127) sum = 127;
      if (!(word >> j & 1)) sum = -128;
      place[j] = sum;
      lanes |= (uint64_t)(sum >= least) << j;
    }
    reaching[block] = lanes;
  }
}

#if defined(__x86_64__)
#include <immintrin.h>

// 127, which is more than all others, where the peak is 127.
__attribute__((target("avx2"))) static inline __m256i held(__m256i sums, __m256i peaks)
{
  const __m256i full = _mm256_set1_epi8(127);
  return _mm256_blendv_epi8(sums, full, _mm256_cmpeq_epi8(peaks, full));
}

// -128 in the 32 lanes whose bits are 0.
__attribute__((target("avx2"))) static inline __m256i kept(__m256i sums, uint32_t bits)
{
  const __m256i bytes = _mm256_shuffle_epi8(
    _mm256_set1_epi32((int)bits),
    _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303));
  const __m256i select = _mm256_set1_epi64x((long long)0x8040201008040201);
  const __m256i chosen = _mm256_cmpeq_epi8(_mm256_and_si256(bytes, select), select);
  return _mm256_blendv_epi8(_mm256_set1_epi8(-128), sums, chosen);
}

// The contributions of a block of a list are added to the sums of even and of odd points.
__attribute__((target("avx2"))) static inline void add_list(
  const uint8_t *list, const int8_t *table, __m256i *even, __m256i *odd)
{
  const __m256i nibble = _mm256_set1_epi8(15);
  const __m256i codes = _mm256_loadu_si256((const __m256i *)list);
  const __m256i steps = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)table));
  *even = _mm256_adds_epi8(*even, _mm256_shuffle_epi8(steps, _mm256_and_si256(codes, nibble)));
  *odd = _mm256_adds_epi8(
    *odd, _mm256_shuffle_epi8(steps, _mm256_and_si256(_mm256_srli_epi16(codes, 4), nibble)));
}

// Sums of even and of odd points are kept apart, as the halves of the lists' bytes are.
__attribute__((target("avx2"))) static void accumulate_bytes_avx2(
  int8_t *sums, size_t block_count, const uint8_t *const *lists, size_t list_count,
  size_t sure_count, const int8_t *tables, int8_t least, const uint64_t *mask, uint64_t *reaching)
{
  const __m256i low_bytes = _mm256_set1_epi16(255);
  const __m256i bar = _mm256_set1_epi8(least);
  for (size_t block = 0; block < block_count; block++) {
    __m256i *place = (__m256i *)(sums + block * 64);
    const __m256i first = _mm256_loadu_si256(place), second = _mm256_loadu_si256(place + 1);
    // Packing works on 128-bit halves.
    __m256i even = _mm256_permute4x64_epi64(
      _mm256_packus_epi16(_mm256_and_si256(first, low_bytes), _mm256_and_si256(second, low_bytes)),
      0xD8);
    __m256i odd = _mm256_permute4x64_epi64(
      _mm256_packus_epi16(_mm256_srli_epi16(first, 8), _mm256_srli_epi16(second, 8)), 0xD8);
    __m256i even_peak = even, odd_peak = odd;
    size_t list = 0;
    for (; list < sure_count; list++) {
      add_list(lists[list] + block * 32, tables + list * 16, &even, &odd);
    }
    for (; list < list_count; list++) {
      add_list(lists[list] + block * 32, tables + list * 16, &even, &odd);
      even_peak = _mm256_max_epi8(even_peak, even);
      odd_peak = _mm256_max_epi8(odd_peak, odd);
    }
    even = held(even, even_peak);
    odd = held(odd, odd_peak);
    const __m256i low = _mm256_unpacklo_epi8(even, odd), high = _mm256_unpackhi_epi8(even, odd);
    __m256i sum0 = _mm256_permute2x128_si256(low, high, 0x20);
    __m256i sum1 = _mm256_permute2x128_si256(low, high, 0x31);
    if (mask) {
      sum0 = kept(sum0, (uint32_t)mask[block]);
      sum1 = kept(sum1, (uint32_t)(mask[block] >> 32));
    }
    _mm256_storeu_si256(place, sum0);
    _mm256_storeu_si256(place + 1, sum1);
    const uint32_t below0 = (uint32_t)_mm256_movemask_epi8(_mm256_cmpgt_epi8(bar, sum0));
    const uint32_t below1 = (uint32_t)_mm256_movemask_epi8(_mm256_cmpgt_epi8(bar, sum1));
    reaching[block] = ~((uint64_t)below1 << 32 | below0);
  }
}
#endif

void sparse_accumulate_bytes_with(
  sparse_instructions instructions, int8_t *sums, size_t block_count, const uint8_t *const *lists,
  size_t list_count, size_t sure_count, const int8_t *tables, int8_t least, const uint64_t *mask,
  uint64_t *reaching)
{
  switch (instructions) {
#if defined(__x86_64__)
  case SPARSE_AVX512:
    accumulate_bytes_avx512(
      sums, block_count, lists, list_count, sure_count, tables, least, mask, reaching);
    break;
  case SPARSE_AVX2:
    accumulate_bytes_avx2(
      sums, block_count, lists, list_count, sure_count, tables, least, mask, reaching);
    break;
#endif
  default:
    accumulate_bytes_portable(sums, block_count, lists, list_count, tables, least, mask, reaching);
  }
}

void sparse_accumulate_bytes(
  int8_t *sums, size_t block_count, const uint8_t *const *lists, size_t list_count,
  size_t sure_count, const int8_t *tables, int8_t least, const uint64_t *mask, uint64_t *reaching)
{
  sparse_accumulate_bytes_with(
    sparse_best_instructions(), sums, block_count, lists, list_count, sure_count, tables, least,
    mask, reaching);
}
