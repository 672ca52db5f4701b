/// The files of the page at `/dashboard`, which stand in `Page` as they are, embedded in the
/// binary.
#ifndef C_DASHBOARD_H
#define C_DASHBOARD_H
#include <stddef.h>

typedef struct {
  const char *name;
  const unsigned char *bytes;
  size_t byte_count;
} dashboard_file;

/// The file of that index, valid forever; NULL after the last.
const dashboard_file *dashboard_file_at(size_t index);
#endif
