#include "instructions_in_use.h"

// A function of Kindred's CKernels (instructions.h there), which no product of the package exports.
unsigned sparse_best_instructions(void);

const char *instructions_in_use(void)
{
  switch (sparse_best_instructions()) {
  case 2: return "AVX-512 VBMI2";
  case 1: return "AVX2";
  default: return "portable";
  }
}
