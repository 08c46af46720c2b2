#ifndef UTF8_H
#define UTF8_H

#include <stddef.h>

/* The number of characters in size bytes of UTF-8. */
long utf8_length(const char *bytes, size_t size);

#endif
