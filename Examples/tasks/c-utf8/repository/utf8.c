#include "utf8.h"

static size_t width(unsigned char first)
{
    if (first < 0x80) return 1;
    if (first < 0xE0) return 2;
    if (first < 0xF0) return 3;
    return 4;
}

long utf8_length(const char *bytes, size_t size)
{
    long count = 0;
    for (size_t at = 0; at < size; at += width((unsigned char)bytes[at])) count++;
    return count;
}
