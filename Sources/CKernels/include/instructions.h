#ifndef SPARSE_INSTRUCTIONS_H
#define SPARSE_INSTRUCTIONS_H

/// The instructions that a kernel may use beyond plain C, each set larger than the one before it:
/// on x86-64, AVX2 with BMI2 and FMA, then AVX-512 with VBMI2.
typedef enum {
  SPARSE_PORTABLE = 0,
  SPARSE_AVX2 = 1,
  SPARSE_AVX512 = 2
} sparse_instructions;

/// The largest set that this processor has.
sparse_instructions sparse_best_instructions(void);

#endif
