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

void sparse_mask_range_u8(
  const void *values, size_t count, uint8_t low, uint8_t span, uint64_t *words)
{
  MASK(uint8_t, (uint8_t)(value - low) <= span)
}

void sparse_mask_range_u16(
  const void *values, size_t count, uint16_t low, uint16_t span, uint64_t *words)
{
  MASK(uint16_t, (uint16_t)(value - low) <= span)
}

void sparse_mask_range_u32(
  const void *values, size_t count, uint32_t low, uint32_t span, uint64_t *words)
{
  MASK(uint32_t, value - low <= span)
}

void sparse_mask_range_u64(
  const void *values, size_t count, uint64_t low, uint64_t span, uint64_t *words)
{
  MASK(uint64_t, value - low <= span)
}

void sparse_mask_range_f64(
  const void *values, size_t count, double low, double high, uint64_t *words)
{
  MASK(double, (value >= low) & (value <= high))
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
