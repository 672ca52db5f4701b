/// What Swift cannot call by itself: GNU's extensions, functions with variable arguments, and globals.
#ifndef C_SYSTEM_H
#define C_SYSTEM_H

/// Processors that this process may use, at least 1.
int system_processor_count(void);

/// The environment: `NAME=value`, ended by NULL.
char *const *system_environment(void);
#endif
