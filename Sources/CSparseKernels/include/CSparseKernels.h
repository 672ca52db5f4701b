#ifndef C_SPARSE_KERNELS_H
#define C_SPARSE_KERNELS_H
int sparse_kernels_level(void);
#endif
