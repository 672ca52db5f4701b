/// Functions for what Swift cannot use by itself: GNU's extensions, and globals.
#ifndef C_MACHINE_H
#define C_MACHINE_H

/// Processors that this process may use, at least 1.
int machine_processor_count(void);

/// The environment: `NAME=value`, ended by NULL.
char *const *machine_environment(void);
#endif
