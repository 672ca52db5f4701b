#ifndef C_SPARSE_KERNELS_H
#define C_SPARSE_KERNELS_H
#include "crc32c.h"
#include "masks.h"

int sparse_kernels_level(void);
#endif
