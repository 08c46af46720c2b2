// The buffer of a connection, and the two things every file needs: the clock and the way out.
#include "net.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

char *bytes_first(const Bytes *bytes) { return bytes->data + bytes->start; }

size_t bytes_count(const Bytes *bytes) { return bytes->end - bytes->start; }

char *bytes_room(Bytes *bytes, size_t count) {
    // Moving what is left to the front pays when it is little, or when half of the buffer is free there.
    if (bytes->start > 0 && (bytes_count(bytes) < 4096 || bytes->start > bytes->capacity / 2)) {
        memmove(bytes->data, bytes_first(bytes), bytes_count(bytes));
        bytes->end = bytes_count(bytes);
        bytes->start = 0;
    }
    if (bytes->end + count > bytes->capacity) {
        bytes->capacity = (bytes->end + count) * 2;
        bytes->data = realloc(bytes->data, bytes->capacity);
        if (bytes->data == NULL) die("buffer", "out of memory");
    }
    return bytes->data + bytes->end;
}

void bytes_added(Bytes *bytes, size_t count) { bytes->end += count; }

void bytes_append(Bytes *bytes, const void *data, size_t count) {
    memcpy(bytes_room(bytes, count), data, count);
    bytes_added(bytes, count);
}

void bytes_print(Bytes *bytes, const char *format, ...) {
    char *room = bytes_room(bytes, 1024);
    va_list arguments;
    va_start(arguments, format);
    int count = vsnprintf(room, 1024, format, arguments);
    va_end(arguments);
    if (count < 0 || count >= 1024) die("bytes_print", "more than 1023 bytes");
    bytes_added(bytes, (size_t)count);
}

void bytes_consume(Bytes *bytes, size_t count) {
    bytes->start += count;
    if (bytes->start == bytes->end) bytes->start = bytes->end = 0;
}

uint64_t now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

void die(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}
