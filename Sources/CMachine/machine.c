#if defined(__linux__)
#define _GNU_SOURCE
#include <sched.h>
#endif
#include "CMachine.h"

#include <unistd.h>

#if defined(__APPLE__)
#include <crt_externs.h>
#endif

int machine_processor_count(void)
{
#if defined(__linux__)
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) {
    int count = CPU_COUNT(&allowed);
    if (count > 0) return count;
  }
#endif
  long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count > 0 ? (int)count : 1;
}

char *const *machine_environment(void)
{
#if defined(__APPLE__)
  return *_NSGetEnviron();
#else
  extern char **environ;
  return environ;
#endif
}
