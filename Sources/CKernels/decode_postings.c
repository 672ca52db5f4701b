#include "decode_postings.h"
#include "avx512.h"

#include <string.h>

static inline uint64_t load64(const uint8_t *bytes)
{
  uint64_t word;
  memcpy(&word, bytes, sizeof word);
  return word;
}

// The 57 bits or more from bit `bit` on.
static inline uint64_t bits_from(const uint8_t *bytes, size_t bit)
{
  return load64(bytes + (bit >> 3)) >> (bit & 7);
}

static inline uint32_t low_part(const sparse_offsets_cursor *cursor, size_t index)
{
  uint64_t mask = ((uint64_t)1 << cursor->low_bit_count) - 1;
  return (uint32_t)(bits_from(cursor->low, index * cursor->low_bit_count) & mask);
}

// Moves on to the next word of the high part that has bits left. Returns 0 at the end, where only
// damaged bytes lead.
static inline int next_word(sparse_offsets_cursor *cursor)
{
  while (cursor->word == 0) {
    if (++cursor->word_index >= cursor->high_word_count) {
      cursor->index = cursor->count;
      return 0;
    }
    cursor->word = load64(cursor->high + 8 * cursor->word_index);
  }
  return 1;
}

size_t sparse_decode_offsets_portable(
  sparse_offsets_cursor *cursor, uint64_t limit, size_t capacity, uint32_t *output)
{
  size_t written = 0;
  if (limit > cursor->bound) limit = cursor->bound;
  while (written < capacity && cursor->index < cursor->count && next_word(cursor)) {
    size_t bit = 64 * cursor->word_index + (size_t)__builtin_ctzll(cursor->word);
    uint64_t number =
      (uint64_t)(bit - cursor->index) << cursor->low_bit_count | low_part(cursor, cursor->index);
    if (number >= limit) break;
    output[written++] = (uint32_t)number;
    cursor->index++;
    cursor->word &= cursor->word - 1;
  }
  return written;
}

// The place of the `rank`-th one of a word (from 0); 64 where it has fewer.
static unsigned select_portable(uint64_t word, unsigned rank)
{
  while (word && rank--) word &= word - 1;
  return word ? (unsigned)__builtin_ctzll(word) : 64;
}

static inline __attribute__((always_inline)) uint64_t
skip_offsets(sparse_offsets_cursor *cursor, uint64_t limit, unsigned (*select)(uint64_t, unsigned))
{
  const uint64_t high_limit = limit >> cursor->low_bit_count;
  while (cursor->index < cursor->count && next_word(cursor)) {
    size_t base = 64 * cursor->word_index - cursor->index;
    size_t bits = (size_t)__builtin_popcountll(cursor->word);
    if (bits > cursor->count - cursor->index) bits = cursor->count - cursor->index;
    if (base + 63 - (size_t)__builtin_clzll(cursor->word) - (bits - 1) < high_limit) {
      cursor->index += bits;
      cursor->word = 0;
      continue;
    }
    if (base + (size_t)__builtin_ctzll(cursor->word) < high_limit) {
      // A number's high part is the number of zeros before its bit.
      uint64_t whole = load64(cursor->high + 8 * cursor->word_index);
      size_t read = (size_t)__builtin_popcountll(whole & ~cursor->word);
      uint64_t zeros = high_limit - (base + read);
      unsigned place = zeros <= 64 ? select(~whole, (unsigned)zeros - 1) : 64;
      uint64_t passed = place < 63 ? cursor->word & (((uint64_t)2 << place) - 1) : cursor->word;
      bits = (size_t)__builtin_popcountll(passed);
      if (bits > cursor->count - cursor->index) bits = cursor->count - cursor->index;
      cursor->index += bits;
      cursor->word ^= passed;
      continue;
    }
    uint64_t number = (uint64_t)(base + (size_t)__builtin_ctzll(cursor->word))
        << cursor->low_bit_count
      | low_part(cursor, cursor->index);
    if (number >= limit) return number;
    cursor->index++;
    cursor->word &= cursor->word - 1;
  }
  return UINT64_MAX;
}

uint64_t sparse_skip_offsets_portable(sparse_offsets_cursor *cursor, uint64_t limit)
{
  return skip_offsets(cursor, limit, select_portable);
}

void sparse_decode_codes_portable(
  const uint8_t *codes, size_t first, size_t count, uint32_t bit_count, uint8_t *output)
{
  for (size_t index = 0; index < count; index++) {
    size_t bit = (first + index) * bit_count;
    uint32_t bits = codes[bit >> 3] | (uint32_t)codes[(bit >> 3) + 1] << 8;
    output[index] = (uint8_t)(bits >> (bit & 7) & ((1u << bit_count) - 1));
  }
}

void sparse_decode_weights_portable(
  const uint8_t *codes, size_t count, uint32_t bit_count, const float *table, float *output)
{
  for (size_t index = 0; index < count; index++) {
    uint8_t code;
    sparse_decode_codes_portable(codes, index, 1, bit_count, &code);
    output[index] = table[code];
  }
}

static size_t expand_bitmap_portable(
  const uint8_t *bitmap, size_t block_count, const uint8_t *codes, size_t first, size_t count,
  uint32_t bit_count, uint8_t *output)
{
  for (size_t byte = 0; byte < 32 * block_count; byte++) {
    unsigned present = bitmap[byte >> 2] >> (2 * (byte & 3));
    uint8_t pair = 0, code;
    for (int half = 0; half < 2; half++) {
      if (!(present >> half & 1) || first == count) continue;
      sparse_decode_codes_portable(codes, first++, 1, bit_count, &code);
      pair |= (uint8_t)((code + 1) << 4 * half);
    }
    output[byte] = pair;
  }
  return first;
}

static size_t expand_pairs_portable(
  const uint8_t *mask, size_t word_count, const uint8_t *bytes, size_t first, size_t count,
  uint8_t *output)
{
  for (size_t pair = 0; pair < 64 * word_count; pair++) {
    const int present = mask[pair >> 3] >> (pair & 7) & 1;
    output[pair] = present && first < count ? bytes[first++] : 0;
  }
  return first;
}

#if defined(__x86_64__)
#include <immintrin.h>

// Bit deposit is microcoded, and slower than a loop, on AMD before Zen 3.
static inline int has_fast_deposit(void)
{
  return __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("avx2")
    && !__builtin_cpu_is("amdfam17h");
}

__attribute__((target("bmi,bmi2"))) static unsigned select_bmi2(uint64_t word, unsigned rank)
{
  return (unsigned)_tzcnt_u64(_pdep_u64((uint64_t)1 << (rank & 63), word));
}

__attribute__((target("bmi,bmi2,popcnt"))) static uint64_t skip_offsets_bmi2(
  sparse_offsets_cursor *cursor, uint64_t limit)
{
  return skip_offsets(cursor, limit, select_bmi2);
}

// High parts first, a byte of them at a time; then low parts, several at a time.
__attribute__((target("avx2,bmi,bmi2"))) static size_t decode_offsets_bmi2(
  sparse_offsets_cursor *cursor, uint64_t limit, size_t capacity, uint32_t *output)
{
  const uint32_t low_bit_count = cursor->low_bit_count;
  const uint64_t high_limit = limit >> low_bit_count;
  const __m128i low_shift = _mm_cvtsi32_si128((int)low_bit_count);
  const uint64_t places = 0x0706050403020100u;
  const size_t first = cursor->index;
  size_t end = cursor->count - first < capacity ? cursor->count : first + capacity;
  size_t index = first;
  uint32_t *next = output;
  while (index < end) {
    cursor->index = index;
    if (!next_word(cursor)) break;
    uint64_t word = cursor->word;
    size_t base = 64 * cursor->word_index - index;
    size_t bits = (size_t)__builtin_popcountll(word);
    uint64_t last_high = base + 63 - (size_t)__builtin_clzll(word) - (bits - 1);
    if (bits <= end - index && last_high < high_limit) {
      if (bits + 8 <= first + capacity - index) {
        for (int byte = 0; byte < 8; byte++, word >>= 8) {
          // The places of a byte's ones, less the ones below each, are the zeros below each.
          uint64_t ones = _pdep_u64(word, 0x0101010101010101u) * 0xFF;
          uint64_t zeros = _pext_u64(places, ones) - places;
          __m256i highs = _mm256_add_epi32(
            _mm256_set1_epi32((int)base),
            _mm256_cvtepu8_epi32(_mm_cvtsi64_si128((long long)zeros)));
          _mm256_storeu_si256((__m256i *)next, _mm256_sll_epi32(highs, low_shift));
          size_t count = (size_t)__builtin_popcountll(word & 255);
          next += count;
          base += 8 - count;
        }
      } else {
        // `base` counts down as the index counts up.
        do {
          *next++ = (uint32_t)((base-- + (size_t)__builtin_ctzll(word)) << low_bit_count);
          word &= word - 1;
        } while (word);
      }
      index += bits;
      cursor->word = 0;
      continue;
    }
    while (word && index < end) {
      uint64_t high = base + (size_t)__builtin_ctzll(word);
      if (high >= high_limit) break;
      *next++ = (uint32_t)(high << low_bit_count);
      word &= word - 1;
      base--;
      index++;
    }
    cursor->word = word;
    break;
  }
  size_t count = (size_t)(next - output);
  cursor->index = first + count;
  size_t done = 0;
  if (low_bit_count > 0 && low_bit_count <= 7) {
    const uint64_t lanes = 0x0101010101010101u * (((uint64_t)1 << low_bit_count) - 1);
    for (; done + 8 <= count; done += 8) {
      uint64_t bytes = _pdep_u64(bits_from(cursor->low, (first + done) * low_bit_count), lanes);
      __m256i low = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128((long long)bytes));
      __m256i *place = (__m256i *)(output + done);
      _mm256_storeu_si256(place, _mm256_or_si256(_mm256_loadu_si256(place), low));
    }
  } else if (low_bit_count > 7 && low_bit_count <= 14) {
    const uint64_t lanes = 0x0001000100010001u * (((uint64_t)1 << low_bit_count) - 1);
    for (; done + 4 <= count; done += 4) {
      uint64_t words = _pdep_u64(bits_from(cursor->low, (first + done) * low_bit_count), lanes);
      __m128i low = _mm_cvtepu16_epi32(_mm_cvtsi64_si128((long long)words));
      __m128i *place = (__m128i *)(output + done);
      _mm_storeu_si128(place, _mm_or_si128(_mm_loadu_si128(place), low));
    }
  }
  for (; done < count; done++) output[done] |= low_part(cursor, first + done);
  return count;
}

// For each width of low parts up to 7 bits: which bytes hold those of eight numbers each; and how
// far they are shifted among them.
static uint8_t low_gathers[8][64];
static uint64_t low_shifts[8];
static const uint8_t ascending[64] = {
  0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
  22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
  44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};

__attribute__((constructor)) static void fill_low_tables(void)
{
  for (int width = 0; width < 8; width++) {
    for (int j = 0; j < 64; j++) low_gathers[width][j] = (uint8_t)((j >> 3) * width + (j & 7));
    for (int j = 0; j < 8; j++) low_shifts[width] |= (uint64_t)(j * width) << 8 * j;
  }
}

// Up to 16 numbers of their high parts, of which `base` is the same in all, and their low parts.
AVX512 static inline __attribute__((always_inline)) void store_numbers(
  uint32_t *output, size_t count, __m128i highs, __m128i lows, uint32_t base, __m128i low_shift)
{
  const __m512i high = _mm512_add_epi32(_mm512_cvtepu8_epi32(highs), _mm512_set1_epi32((int)base));
  _mm512_mask_storeu_epi32(
    output, (__mmask16)_bzhi_u32(0xFFFF, (unsigned)count),
    _mm512_or_si512(_mm512_sll_epi32(high, low_shift), _mm512_cvtepu8_epi32(lows)));
}

// A word of the high part at a time: the places of its ones are put side by side, and each less its
// index is how many zeros lie below. Low parts of up to 7 bits are parted as the codes of bitmaps
// are.
AVX512 static size_t decode_offsets_avx512(
  sparse_offsets_cursor *cursor, uint64_t limit, size_t capacity, uint32_t *output)
{
  const uint32_t width = cursor->low_bit_count;
  const int is_narrow = width <= 7;
  const uint64_t high_limit = limit >> width;
  const __m128i low_shift = _mm_cvtsi32_si128((int)width);
  const __m512i numbers = _mm512_loadu_si512(ascending);
  const __m512i gather = _mm512_loadu_si512(low_gathers[width & 7]);
  const __m512i shifts = _mm512_set1_epi64((long long)low_shifts[width & 7]);
  const __m512i low_mask = _mm512_set1_epi8((char)((1 << (width & 7)) - 1));
  const size_t first = cursor->index;
  const size_t end = cursor->count - first < capacity ? cursor->count : first + capacity;
  size_t index = first;
  uint32_t *next = output;
  while (index < end) {
    cursor->index = index;
    if (!next_word(cursor)) break;
    uint64_t word = cursor->word;
    size_t base = 64 * cursor->word_index - index;
    const size_t bits = (size_t)__builtin_popcountll(word);
    const uint64_t last_high = base + 63 - (size_t)__builtin_clzll(word) - (bits - 1);
    if (bits <= end - index && last_high < high_limit) {
      const __m512i highs = _mm512_sub_epi8(_mm512_maskz_compress_epi8(word, numbers), numbers);
      __m512i lows = _mm512_setzero_si512();
      if (is_narrow) {
        const size_t bit = index * width;
        const size_t byte_count = ((bit & 7) + bits * width + 7) >> 3;
        const __m512i bytes = _mm512_maskz_loadu_epi8(
          _bzhi_u64(~(uint64_t)0, (unsigned)byte_count), cursor->low + (bit >> 3));
        lows = _mm512_and_si512(
          low_mask,
          _mm512_multishift_epi64_epi8(
            _mm512_add_epi8(shifts, _mm512_set1_epi8((char)(bit & 7))),
            _mm512_permutexvar_epi8(gather, bytes)));
      }
      const uint32_t start = (uint32_t)base;
      store_numbers(
        next, bits, _mm512_castsi512_si128(highs), _mm512_castsi512_si128(lows), start, low_shift);
      if (bits > 16) {
        store_numbers(
          next + 16, bits - 16, _mm512_extracti32x4_epi32(highs, 1),
          _mm512_extracti32x4_epi32(lows, 1), start, low_shift);
      }
      if (bits > 32) {
        store_numbers(
          next + 32, bits - 32, _mm512_extracti32x4_epi32(highs, 2),
          _mm512_extracti32x4_epi32(lows, 2), start, low_shift);
      }
      if (bits > 48) {
        store_numbers(
          next + 48, bits - 48, _mm512_extracti32x4_epi32(highs, 3),
          _mm512_extracti32x4_epi32(lows, 3), start, low_shift);
      }
      next += bits;
      index += bits;
      cursor->word = 0;
      continue;
    }
    while (word && index < end) {
      const uint64_t high = base + (size_t)__builtin_ctzll(word);
      if (high >= high_limit) break;
      *next++ = (uint32_t)(high << width) | (is_narrow ? low_part(cursor, index) : 0);
      word &= word - 1;
      base--;
      index++;
    }
    cursor->word = word;
    break;
  }
  const size_t count = (size_t)(next - output);
  cursor->index = first + count;
  if (!is_narrow) {
    for (size_t done = 0; done < count; done++) output[done] |= low_part(cursor, first + done);
  }
  return count;
}

__attribute__((target("bmi2"))) static void decode_codes_bmi2(
  const uint8_t *codes, size_t first, size_t count, uint32_t bit_count, uint8_t *output)
{
  const uint64_t lanes = 0x0101010101010101u * ((1u << bit_count) - 1);
  size_t index = 0;
  for (; index + 8 <= count; index += 8) {
    uint64_t bytes = _pdep_u64(bits_from(codes, (first + index) * bit_count), lanes);
    memcpy(output + index, &bytes, sizeof bytes);
  }
  sparse_decode_codes_portable(codes, first + index, count - index, bit_count, output + index);
}

// Up to 16 weights lie in two registers.
__attribute__((target("avx2,bmi2"))) static void decode_weights_bmi2(
  const uint8_t *codes, size_t count, uint32_t bit_count, const float *table, float *output)
{
  const uint64_t lanes = 0x0101010101010101u * ((1u << bit_count) - 1);
  float whole[16] = {0};
  size_t index = 0;
  if (bit_count <= 4) {
    memcpy(whole, table, sizeof(float) << bit_count);
    const __m256 low = _mm256_loadu_ps(whole), high = _mm256_loadu_ps(whole + 8);
    for (; index + 8 <= count; index += 8) {
      uint64_t bytes = _pdep_u64(bits_from(codes, index * bit_count), lanes);
      __m256i code = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128((long long)bytes));
      // The bit of weight 8 chooses the register: moved to the sign, which blending looks at.
      __m256 weights = _mm256_blendv_ps(
        _mm256_permutevar8x32_ps(low, code), _mm256_permutevar8x32_ps(high, code),
        _mm256_castsi256_ps(_mm256_slli_epi32(code, 28)));
      _mm256_storeu_ps(output + index, weights);
    }
  }
  for (; index < count; index++) {
    uint8_t code;
    sparse_decode_codes_portable(codes, index, 1, bit_count, &code);
    output[index] = table[code];
  }
}

// 16 codes of `bit_count` bits each.
__attribute__((target("bmi2"))) static inline uint64_t sixteen_codes(
  const uint8_t *codes, size_t bit, uint32_t bit_count)
{
  uint64_t bits = bits_from(codes, bit);
  // 57 bits are enough for narrow codes.
  if (bit_count == 4) bits |= load64(codes + (bit >> 3) + 8) << 1 << (63 - (bit & 7));
  return bits;
}

// A word of the bitmap at a time: where its four parts' codes begin is known before any is spread.
// A damaged bitmap with more ones than codes is left to the portable way.
__attribute__((target("bmi2,popcnt"))) static inline __attribute__((always_inline)) size_t spread(
  const uint8_t *bitmap, size_t block_count, const uint8_t *codes, size_t first, size_t count,
  uint32_t bit_count, uint8_t *output)
{
  const uint64_t lanes = 0x1111111111111111u, code_mask = (1u << bit_count) - 1;
  size_t block = 0;
  for (; block < block_count; block++) {
    const uint64_t present = load64(bitmap + 8 * block);
    if (first + (size_t)__builtin_popcountll(present) > count) break;
    for (int part = 0; part < 4; part++) {
      uint64_t below = present & (((uint64_t)1 << 16 * part) - 1);
      size_t bit = bit_count * (first + (size_t)__builtin_popcountll(below));
      uint64_t ones = _pdep_u64(present >> 16 * part, lanes);
      uint64_t pairs = _pdep_u64(sixteen_codes(codes, bit, bit_count), ones * code_mask) + ones;
      memcpy(output + 32 * block + 8 * part, &pairs, sizeof pairs);
    }
    first += (size_t)__builtin_popcountll(present);
  }
  return expand_bitmap_portable(
    bitmap + 8 * block, block_count - block, codes, first, count, bit_count, output + 32 * block);
}

__attribute__((target("bmi2,popcnt"))) static size_t expand_bitmap_bmi2(
  const uint8_t *bitmap, size_t block_count, const uint8_t *codes, size_t first, size_t count,
  uint32_t bit_count, uint8_t *output)
{
  return bit_count == 3 ? spread(bitmap, block_count, codes, first, count, 3, output)
                        : spread(bitmap, block_count, codes, first, count, bit_count, output);
}

// For each byte of a mask, where each of its bits finds its byte: a shuffle; 0x80 where it has
// none.
static uint64_t places[256];

__attribute__((constructor)) static void fill_places(void)
{
  for (int bits = 0; bits < 256; bits++) {
    uint64_t shuffle = 0, next = 0;
    for (int bit = 0; bit < 8; bit++) shuffle |= (bits >> bit & 1 ? next++ : 0x80) << 8 * bit;
    places[bits] = shuffle;
  }
}

// Eight bytes are shuffled into the places of eight bits of the mask; how many lie before each
// eight is counted for all of them at once.
__attribute__((target("avx2,popcnt"))) static size_t expand_pairs_avx2(
  const uint8_t *mask, size_t word_count, const uint8_t *bytes, size_t first, size_t count,
  uint8_t *output)
{
  size_t word = 0;
  for (; word < word_count; word++) {
    const uint64_t present = load64(mask + 8 * word);
    uint64_t counts = present - (present >> 1 & 0x5555555555555555u);
    counts = (counts & 0x3333333333333333u) + (counts >> 2 & 0x3333333333333333u);
    counts = (counts + (counts >> 4)) & 0x0F0F0F0F0F0F0F0Fu;
    // Byte i: the ones of bytes 0 to i.
    counts *= 0x0101010101010101u;
    const size_t members = counts >> 56;
    if (members > count - first) break;
    const uint64_t before = counts << 8;
    const uint8_t *next = bytes + first;
    __m128i *place = (__m128i *)(output + 64 * word);
    for (int part = 0; part < 8; part += 2) {
      const __m128i low = _mm_shuffle_epi8(
        _mm_loadl_epi64((const __m128i *)(next + (before >> 8 * part & 255))),
        _mm_loadl_epi64((const __m128i *)(places + (present >> 8 * part & 255))));
      const __m128i high = _mm_shuffle_epi8(
        _mm_loadl_epi64((const __m128i *)(next + (before >> 8 * (part + 1) & 255))),
        _mm_loadl_epi64((const __m128i *)(places + (present >> 8 * (part + 1) & 255))));
      _mm_storeu_si128(place + part / 2, _mm_unpacklo_epi64(low, high));
    }
    first += members;
  }
  return expand_pairs_portable(
    mask + 8 * word, word_count - word, bytes, first, count, output + 64 * word);
}
#else
static inline int has_fast_deposit(void) { return 0; }
#define decode_offsets_bmi2 sparse_decode_offsets_portable
#define decode_offsets_avx512 sparse_decode_offsets_portable
#define skip_offsets_bmi2 sparse_skip_offsets_portable
#define decode_codes_bmi2 sparse_decode_codes_portable
#define decode_weights_bmi2 sparse_decode_weights_portable
#endif

size_t sparse_decode_offsets_with(
  sparse_instructions instructions, sparse_offsets_cursor *cursor, uint64_t limit, size_t capacity,
  uint32_t *output)
{
  const uint64_t low_mask = ((uint64_t)1 << cursor->low_bit_count) - 1;
  if (limit > cursor->bound) limit = cursor->bound;
  // The fast way compares high parts only; numbers that share one must be on the same side.
  int is_boundary = (limit & low_mask) == 0;
  const int is_wide = instructions == SPARSE_AVX512;
  if (
    instructions == SPARSE_PORTABLE || !(is_wide || has_fast_deposit())
    || !(is_boundary || limit == cursor->bound)) {
    return sparse_decode_offsets_portable(cursor, limit, capacity, output);
  }
  size_t count = (is_wide ? decode_offsets_avx512 : decode_offsets_bmi2)(
    cursor, (limit + low_mask) & ~low_mask, capacity, output);
  if (is_boundary) return count;
  for (size_t index = count;
       index-- > 0 && output[index] >> cursor->low_bit_count == limit >> cursor->low_bit_count;) {
    if (output[index] >= limit) count = index;
  }
  return count;
}

size_t sparse_decode_offsets(
  sparse_offsets_cursor *cursor, uint64_t limit, size_t capacity, uint32_t *output)
{
  return sparse_decode_offsets_with(sparse_best_instructions(), cursor, limit, capacity, output);
}

uint64_t sparse_skip_offsets(sparse_offsets_cursor *cursor, uint64_t limit)
{
  return has_fast_deposit() ? skip_offsets_bmi2(cursor, limit)
                            : sparse_skip_offsets_portable(cursor, limit);
}

void sparse_decode_codes(
  const uint8_t *codes, size_t first, size_t count, uint32_t bit_count, uint8_t *output)
{
  if (has_fast_deposit()) {
    decode_codes_bmi2(codes, first, count, bit_count, output);
  } else {
    sparse_decode_codes_portable(codes, first, count, bit_count, output);
  }
}

size_t sparse_expand_bitmap_with(
  sparse_instructions instructions, const uint8_t *bitmap, size_t block_count, const uint8_t *codes,
  size_t first, size_t count, uint32_t bit_count, uint8_t *output)
{
  switch (instructions) {
#if defined(__x86_64__)
  case SPARSE_AVX512:
    return expand_bitmap_avx512(bitmap, block_count, codes, first, count, bit_count, output);
  case SPARSE_AVX2:
    if (!has_fast_deposit()) break;
    return expand_bitmap_bmi2(bitmap, block_count, codes, first, count, bit_count, output);
#endif
  default: break;
  }
  return expand_bitmap_portable(bitmap, block_count, codes, first, count, bit_count, output);
}

size_t sparse_expand_bitmap(
  const uint8_t *bitmap, size_t block_count, const uint8_t *codes, size_t first, size_t count,
  uint32_t bit_count, uint8_t *output)
{
  return sparse_expand_bitmap_with(
    sparse_best_instructions(), bitmap, block_count, codes, first, count, bit_count, output);
}

size_t sparse_expand_pairs_with(
  sparse_instructions instructions, const uint8_t *mask, size_t word_count, const uint8_t *bytes,
  size_t first, size_t count, uint8_t *output)
{
  switch (instructions) {
#if defined(__x86_64__)
  case SPARSE_AVX512: return expand_pairs_avx512(mask, word_count, bytes, first, count, output);
  case SPARSE_AVX2: return expand_pairs_avx2(mask, word_count, bytes, first, count, output);
#endif
  default: break;
  }
  return expand_pairs_portable(mask, word_count, bytes, first, count, output);
}

size_t sparse_expand_pairs(
  const uint8_t *mask, size_t word_count, const uint8_t *bytes, size_t first, size_t count,
  uint8_t *output)
{
  return sparse_expand_pairs_with(
    sparse_best_instructions(), mask, word_count, bytes, first, count, output);
}

void sparse_decode_weights(
  const uint8_t *codes, size_t count, uint32_t bit_count, const float *table, float *output)
{
  if (has_fast_deposit()) {
    decode_weights_bmi2(codes, count, bit_count, table, output);
  } else {
    sparse_decode_weights_portable(codes, count, bit_count, table, output);
  }
}
