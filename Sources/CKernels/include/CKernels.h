/// The few loops that want instructions Swift cannot express (byte shuffles). A loop that uses more
/// than the compiler may assume of every processor has a portable twin, chosen at run time, and a
/// test that compares the two. `crc32c.h` says whether there is an instruction, and Swift has the
/// twin.
#ifndef C_KERNELS_H
#define C_KERNELS_H
#include "accumulate_bytes.h"
#include "accumulate_nibbles.h"
#include "add_products.h"
#include "cholesky.h"
#include "crc32c.h"
#include "decode_postings.h"
#include "instructions.h"
#include "masks.h"
#include "sums_reaching.h"
#endif
