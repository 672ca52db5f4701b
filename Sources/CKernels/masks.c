#include "masks.h"

#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// 64 bytes of 0 or 1 to 64 bits.
static inline uint64_t pack(const uint8_t flags[64])
{
  uint64_t word = 0;
#if defined(__SSE2__)
  for (int part = 0; part < 4; part++) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)(flags + part * 16));
    uint64_t bits = (uint32_t)_mm_movemask_epi8(_mm_slli_epi16(bytes, 7));
    word |= bits << (part * 16);
  }
#else
  for (int part = 0; part < 8; part++) {
    uint64_t bytes;
    memcpy(&bytes, flags + part * 8, 8);
    // Each product term lands one flag in the top byte; none of them carry into another.
    word |= ((bytes * 0x0102040810204080u) >> 56) << (part * 8);
  }
#endif
  return word;
}

// The inner loops are plain so that the compiler vectorises them.
#define MASK(TYPE, CONDITION) \
  const unsigned char *bytes = values; \
  size_t index = 0; \
  for (; index + 64 <= count; index += 64) { \
    TYPE block[64]; \
    uint8_t flags[64]; \
    memcpy(block, bytes + index * sizeof(TYPE), sizeof block); \
    for (int i = 0; i < 64; i++) { \
      TYPE value = block[i]; \
      flags[i] = (CONDITION); \
    } \
    words[index / 64] = pack(flags); \
  } \
  if (index < count) { \
    uint64_t word = 0; \
    for (size_t i = index; i < count; i++) { \
      TYPE value; \
      memcpy(&value, bytes + i * sizeof(TYPE), sizeof value); \
      word |= (uint64_t)(CONDITION) << (i - index); \
    } \
    words[index / 64] = word; \
  }

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX512 __attribute__((target("avx512f,avx512bw")))

// LANES values a register, each of which gives a bit to COMPARED; returns how many values were
// compared, all but the last few.
#define COMPARE_512(TYPE, LANES, COMPARED) \
  const unsigned char *bytes = values; \
  size_t index = 0; \
  for (; index + 64 <= count; index += 64) { \
    uint64_t word = 0; \
    for (int part = 0; part < 64 / LANES; part++) { \
      __m512i lanes = _mm512_loadu_si512(bytes + (index + (size_t)part * LANES) * sizeof(TYPE)); \
      word |= (uint64_t)(COMPARED) << part * LANES; \
    } \
    words[index / 64] = word; \
  } \
  return index;

AVX512 static size_t compare_u8(
  const void *values, size_t count, uint8_t low, uint8_t span, uint64_t *words)
{
  const __m512i lows = _mm512_set1_epi8((char)low), spans = _mm512_set1_epi8((char)span);
  COMPARE_512(uint8_t, 64, _mm512_cmple_epu8_mask(_mm512_sub_epi8(lanes, lows), spans))
}

AVX512 static size_t compare_u16(
  const void *values, size_t count, uint16_t low, uint16_t span, uint64_t *words)
{
  const __m512i lows = _mm512_set1_epi16((short)low), spans = _mm512_set1_epi16((short)span);
  COMPARE_512(uint16_t, 32, _mm512_cmple_epu16_mask(_mm512_sub_epi16(lanes, lows), spans))
}

AVX512 static size_t compare_u32(
  const void *values, size_t count, uint32_t low, uint32_t span, uint64_t *words)
{
  const __m512i lows = _mm512_set1_epi32((int)low), spans = _mm512_set1_epi32((int)span);
  COMPARE_512(uint32_t, 16, _mm512_cmple_epu32_mask(_mm512_sub_epi32(lanes, lows), spans))
}

AVX512 static size_t compare_u64(
  const void *values, size_t count, uint64_t low, uint64_t span, uint64_t *words)
{
  const __m512i lows = _mm512_set1_epi64((long long)low),
                spans = _mm512_set1_epi64((long long)span);
  COMPARE_512(uint64_t, 8, _mm512_cmple_epu64_mask(_mm512_sub_epi64(lanes, lows), spans))
}

AVX512 static size_t compare_f64(
  const void *values, size_t count, double low, double high, uint64_t *words)
{
  const __m512d lows = _mm512_set1_pd(low), highs = _mm512_set1_pd(high);
  COMPARE_512(
    double, 8,
    _mm512_cmp_pd_mask(_mm512_castsi512_pd(lanes), lows, _CMP_GE_OQ)
      & _mm512_cmp_pd_mask(_mm512_castsi512_pd(lanes), highs, _CMP_LE_OQ))
}

__attribute__((target("popcnt"))) static size_t count_bits_popcnt(
  const uint64_t *words, size_t word_count)
{
  size_t bits = 0;
  for (size_t word = 0; word < word_count; word++) {
    bits += (size_t)__builtin_popcountll(words[word]);
  }
  return bits;
}
#endif

// The wide kernel does whole words, the plain one what is left.
#if defined(__x86_64__)
#define WITHOUT_WHOLE_WORDS(NAME, TYPE, FIRST, SECOND) \
  if (instructions == SPARSE_AVX512) { \
    const size_t done = compare_##NAME(values, count, FIRST, SECOND, words); \
    values = (const unsigned char *)values + done * sizeof(TYPE); \
    count -= done; \
    words += done / 64; \
  }
#else
#define WITHOUT_WHOLE_WORDS(NAME, TYPE, FIRST, SECOND) (void)instructions;
#endif

#define MASK_RANGE(NAME, TYPE, FIRST, SECOND, CONDITION) \
  void sparse_mask_range_##NAME##_with( \
    sparse_instructions instructions, const void *values, size_t count, TYPE FIRST, TYPE SECOND, \
    uint64_t *words) \
  { \
    WITHOUT_WHOLE_WORDS(NAME, TYPE, FIRST, SECOND) \
    MASK(TYPE, CONDITION) \
  } \
  void sparse_mask_range_##NAME( \
    const void *values, size_t count, TYPE FIRST, TYPE SECOND, uint64_t *words) \
  { \
    sparse_mask_range_##NAME##_with( \
      sparse_best_instructions(), values, count, FIRST, SECOND, words); \
  }

MASK_RANGE(u8, uint8_t, low, span, (uint8_t)(value - low) <= span)
MASK_RANGE(u16, uint16_t, low, span, (uint16_t)(value - low) <= span)
MASK_RANGE(u32, uint32_t, low, span, value - low <= span)
MASK_RANGE(u64, uint64_t, low, span, value - low <= span)
MASK_RANGE(f64, double, low, high, (value >= low) & (value <= high))

size_t sparse_count_bits_with(
  sparse_instructions instructions, const uint64_t *words, size_t word_count)
{
#if defined(__x86_64__)
  // Processors with AVX2 have an instruction that counts bits.
  if (instructions != SPARSE_PORTABLE) return count_bits_popcnt(words, word_count);
#else
  (void)instructions;
#endif
  size_t bits = 0;
  for (size_t word = 0; word < word_count; word++) {
    bits += (size_t)__builtin_popcountll(words[word]);
  }
  return bits;
}

size_t sparse_count_bits(const uint64_t *words, size_t word_count)
{
  return sparse_count_bits_with(sparse_best_instructions(), words, word_count);
}

void sparse_mask_table_u8(const void *values, size_t count, const uint8_t *table, uint64_t *words)
{
  MASK(uint8_t, table[value])
}

void sparse_mask_table_u16(const void *values, size_t count, const uint8_t *table, uint64_t *words)
{
  MASK(uint16_t, table[value])
}

void sparse_mask_table_u32(const void *values, size_t count, const uint8_t *table, uint64_t *words)
{
  MASK(uint32_t, table[value])
}

void sparse_mask_table_u64(const void *values, size_t count, const uint8_t *table, uint64_t *words)
{
  MASK(uint64_t, table[value])
}
