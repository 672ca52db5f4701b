#include "instructions.h"

static sparse_instructions best = SPARSE_PORTABLE;

#if defined(__x86_64__)
__attribute__((constructor)) static void find_best(void)
{
  __builtin_cpu_init();
  if (
    !__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi2")
    || !__builtin_cpu_supports("fma")) {
    return;
  }
  best = SPARSE_AVX2;
  if (
    __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
    && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi")
    && __builtin_cpu_supports("avx512vbmi2")) {
    best = SPARSE_AVX512;
  }
}
#endif

sparse_instructions sparse_best_instructions(void) { return best; }
