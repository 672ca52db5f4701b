#include "crc32c.h"

#include <string.h>

#if defined(__x86_64__)

#include <immintrin.h>

bool sparse_crc32c_is_available(void)
{
  return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul");
}

// The instruction takes three cycles but one can start in each, so three blocks of equal length run
// side by side. Their checksums are joined as polynomials: a checksum followed by n more bytes is
// the checksum times x^(8n). The product of two reflected values carries one x too many, and
// reducing it by the instruction multiplies by x^32, so the constants are x^(8n - 33) mod P,
// reflected.
enum {
  long_block = 4096,
  short_block = 256
};
static const uint32_t long_shift_1 = 0x82f89c77, long_shift_2 = 0x54a86326;
static const uint32_t short_shift_1 = 0xb9e02b86, short_shift_2 = 0xdd7e3b0c;

static inline uint64_t word_at(const uint8_t *bytes)
{
  uint64_t word;
  memcpy(&word, bytes, sizeof word);
  return word;
}

__attribute__((target("sse4.2,pclmul"))) static inline uint32_t shifted(
  uint64_t crc, uint32_t constant)
{
  const __m128i product =
    _mm_clmulepi64_si128(_mm_cvtsi64_si128((int64_t)crc), _mm_cvtsi32_si128((int)constant), 0);
  return (uint32_t)_mm_crc32_u64(0, (uint64_t)_mm_cvtsi128_si64(product));
}

__attribute__((target("sse4.2,pclmul"))) static inline uint64_t three_blocks(
  uint64_t crc, const uint8_t *bytes, size_t block, uint32_t shift_1, uint32_t shift_2)
{
  uint64_t second = 0, third = 0;
  for (size_t i = 0; i < block; i += 8) {
    crc = _mm_crc32_u64(crc, word_at(bytes + i));
    second = _mm_crc32_u64(second, word_at(bytes + block + i));
    third = _mm_crc32_u64(third, word_at(bytes + 2 * block + i));
  }
  return shifted(crc, shift_2) ^ shifted(second, shift_1) ^ (uint32_t)third;
}

__attribute__((target("sse4.2,pclmul"))) uint32_t
sparse_crc32c(uint32_t previous, const void *start, size_t byte_count)
{
  const uint8_t *bytes = start;
  uint64_t crc = (uint32_t)~previous;
  for (; byte_count >= 3 * long_block; bytes += 3 * long_block, byte_count -= 3 * long_block) {
    crc = three_blocks(crc, bytes, long_block, long_shift_1, long_shift_2);
  }
  for (; byte_count >= 3 * short_block; bytes += 3 * short_block, byte_count -= 3 * short_block) {
    crc = three_blocks(crc, bytes, short_block, short_shift_1, short_shift_2);
  }
  for (; byte_count >= 8; bytes += 8, byte_count -= 8) crc = _mm_crc32_u64(crc, word_at(bytes));
  for (; byte_count > 0; bytes += 1, byte_count -= 1) {
    crc = _mm_crc32_u8((uint32_t)crc, *bytes);
  }
  return ~(uint32_t)crc;
}

#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)

#include <arm_acle.h>

bool sparse_crc32c_is_available(void) { return true; }

uint32_t sparse_crc32c(uint32_t previous, const void *start, size_t byte_count)
{
  const uint8_t *bytes = start;
  uint32_t crc = ~previous;
  for (; byte_count >= 8; bytes += 8, byte_count -= 8) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    crc = __crc32cd(crc, word);
  }
  for (; byte_count > 0; bytes += 1, byte_count -= 1) crc = __crc32cb(crc, *bytes);
  return ~crc;
}

#else

bool sparse_crc32c_is_available(void) { return false; }

uint32_t sparse_crc32c(uint32_t previous, const void *start, size_t byte_count)
{
  (void)start;
  (void)byte_count;
  return previous;
}

#endif
