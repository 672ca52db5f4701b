#include "sums_reaching.h"
#include "avx512.h"

#include <string.h>

static uint64_t sums_reaching_portable(
  const double *sums, const uint8_t *lengths, double length, double bar, uint64_t points)
{
  uint64_t reaching = 0;
  for (; points; points &= points - 1) {
    const int point = __builtin_ctzll(points);
    double least = bar;
    if (lengths) {
      double own;
      memcpy(&own, lengths + sizeof own * (size_t)point, sizeof own);
      least = length * own * bar;
    }
    reaching |= (uint64_t)(sums[point] >= least) << point;
  }
  return reaching;
}

uint64_t sparse_sums_reaching_with(
  sparse_instructions instructions, const double *sums, const void *lengths, double length,
  double bar, uint64_t points)
{
#if defined(__x86_64__)
  if (instructions == SPARSE_AVX512) {
    return sums_reaching_avx512(sums, lengths, length, bar, points);
  }
#else
  (void)instructions;
#endif
  return sums_reaching_portable(sums, lengths, length, bar, points);
}

uint64_t sparse_sums_reaching(
  const double *sums, const void *lengths, double length, double bar, uint64_t points)
{
  return sparse_sums_reaching_with(
    sparse_best_instructions(), sums, lengths, length, bar, points);
}
