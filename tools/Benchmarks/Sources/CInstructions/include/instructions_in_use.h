#ifndef INSTRUCTIONS_IN_USE_H
#define INSTRUCTIONS_IN_USE_H

/// Which kernels Kindred runs on this processor: "AVX-512 VBMI2", "AVX2" or "portable". The library, which
/// the program is linked with, is asked itself.
const char *instructions_in_use(void);

#endif
