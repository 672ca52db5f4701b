#include "CSparseKernels.h"
int sparse_kernels_level(void) { return 0; }
