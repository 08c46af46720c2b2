#define _GNU_SOURCE
#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void random_letters(char *to, size_t count, uint64_t seed) {
    uint64_t state = seed * 0x9E3779B97F4A7C15u + 0x2545F4914F6CDD1Du;
    for (size_t index = 0; index < count; index += 8) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        // Eight letters from 'a' to 'p' at a time.
        uint64_t letters = (state & 0x0F0F0F0F0F0F0F0Fu) + 0x6161616161616161u;
        memcpy(to + index, &letters, count - index < 8 ? count - index : 8);
    }
}

void append_document(Bytes *bytes, size_t count, uint64_t id, uint64_t time_ns) {
    static const char closing[] = "\"}";
    char opening[96];
    int length =
        snprintf(opening, sizeof opening, "{\"id\":%" PRIu64 ",\"time_ns\":%" PRIu64 ",\"text\":\"", id, time_ns);
    size_t letters = count - (size_t)length - strlen(closing);
    char *room = bytes_room(bytes, count);
    memcpy(room, opening, (size_t)length);
    random_letters(room + length, letters, id ^ time_ns);
    memcpy(room + length + letters, closing, strlen(closing));
    bytes_added(bytes, count);
}

size_t head_length(const Bytes *bytes) {
    const char *first = bytes_first(bytes);
    const char *end = bytes_count(bytes) < 4 ? NULL : memmem(first, bytes_count(bytes), "\r\n\r\n", 4);
    return end == NULL ? 0 : (size_t)(end - first) + 4;
}

uint64_t number_after(const char *text, size_t length, const char *name, uint64_t fallback) {
    size_t size = strlen(name);
    for (size_t index = 0; index + size < length; index++) {
        if ((text[index] | 0x20) != (name[0] | 0x20) || strncasecmp(text + index, name, size) != 0) continue;
        index += size;
        while (index < length && text[index] == ' ') index++;
        uint64_t number = 0;
        for (; index < length && text[index] >= '0' && text[index] <= '9'; index++)
            number = number * 10 + (uint64_t)(text[index] - '0');
        return number;
    }
    return fallback;
}
