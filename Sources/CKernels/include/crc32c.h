#ifndef CRC32C_H
#define CRC32C_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Whether this processor computes CRC-32C by an instruction.
bool sparse_crc32c_is_available(void);

/// The CRC-32C of `byte_count` bytes, continuing `previous` (0 to begin).
/// Only where `sparse_crc32c_is_available()`.
uint32_t sparse_crc32c(uint32_t previous, const void *bytes, size_t byte_count);

#endif
