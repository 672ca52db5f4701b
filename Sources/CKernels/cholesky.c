#include "cholesky.h"

#include <math.h>
#include <string.h>

// Eight numbers, which the compiler divides among the registers it has. Wider instructions than
// AVX2 would not be faster: the numbers come from the first-level cache, at most two loads a cycle.
typedef float eight __attribute__((vector_size(32), aligned(4)));

#define INLINE static inline __attribute__((always_inline))

#define LOAD(from) (*(const eight *)(from))

// Writes the sum of the lanes of each of eight registers, in the order of the registers.
INLINE void sum_lanes(const eight *of, float *sums)
{
  eight pairs[4], fours[2];
  for (int i = 0; i < 4; i++) {
    const eight a = of[2 * i], b = of[2 * i + 1];
    pairs[i] = __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14)
      + __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (int i = 0; i < 2; i++) {
    const eight a = pairs[2 * i], b = pairs[2 * i + 1];
    fours[i] = __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13)
      + __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
  }
  *(eight *)sums = __builtin_shufflevector(fours[0], fours[1], 0, 1, 2, 3, 8, 9, 10, 11)
    + __builtin_shufflevector(fours[0], fours[1], 4, 5, 6, 7, 12, 13, 14, 15);
}

// Left-looking, eight columns at a time: the dot products with earlier rows are taken off a row,
// which is then solved against the panel's own eight rows.
INLINE bool factor(float *matrix, size_t count)
{
  for (size_t first = 0; first < count; first += 8) {
    const float *panel = matrix + first * count;
    for (size_t row = first; row < count; row++) {
      float *place = matrix + row * count;
      eight dots[8];
      memset(dots, 0, sizeof dots);
      for (size_t k = 0; k < first; k += 8) {
        const eight left = LOAD(place + k);
        for (size_t column = 0; column < 8; column++) {
          dots[column] += left * LOAD(panel + column * count + k);
        }
      }
      float taken[8];
      sum_lanes(dots, taken);
      const size_t width = row - first < 8 ? row - first + 1 : 8;
      for (size_t column = 0; column < width; column++) {
        float rest = place[first + column] - taken[column];
        const float *other = panel + column * count + first;
        for (size_t k = 0; k < column; k++) rest -= place[first + k] * other[k];
        if (row == first + column) {
          if (!(rest > 0)) return false;
          place[row] = sqrtf(rest);
        } else {
          place[first + column] = rest / other[column];
        }
      }
    }
  }
  return true;
}

INLINE bool solve(float *matrix, size_t count, float *vector)
{
  if (!factor(matrix, count)) return false;
  for (size_t row = 0; row < count; row++) {
    const float *place = matrix + row * count;
    eight dot = {0};
    size_t k = 0;
    for (; k + 8 <= row; k += 8) dot += LOAD(place + k) * LOAD(vector + k);
    float rest = vector[row];
    for (int lane = 0; lane < 8; lane++) rest -= dot[lane];
    for (; k < row; k++) rest -= place[k] * vector[k];
    vector[row] = rest / place[row];
  }
  for (size_t row = count; row-- > 0;) {
    const float *place = matrix + row * count;
    const float x = vector[row] / place[row];
    vector[row] = x;
    for (size_t k = 0; k < row; k++) vector[k] -= place[k] * x;
  }
  return true;
}

static bool solve_portable(float *matrix, size_t count, float *vector)
{
  return solve(matrix, count, vector);
}

#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) static bool solve_avx2(
  float *matrix, size_t count, float *vector)
{
  return solve(matrix, count, vector);
}
#endif

bool sparse_solve_cholesky_with(
  sparse_instructions instructions, float *matrix, size_t count, float *vector)
{
#if defined(__x86_64__)
  if (instructions >= SPARSE_AVX2) return solve_avx2(matrix, count, vector);
#endif
  (void)instructions;
  return solve_portable(matrix, count, vector);
}

bool sparse_solve_cholesky(float *matrix, size_t count, float *vector)
{
  return sparse_solve_cholesky_with(sparse_best_instructions(), matrix, count, vector);
}
