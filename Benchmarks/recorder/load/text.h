// What goes over the wire: bodies that no two exchanges share, and the little of HTTP that has to be read.
#ifndef TEXT_H
#define TEXT_H

#include "net.h"

// `count` letters that depend on the seed: no store can share them between exchanges, and they compress to half.
void random_letters(char *to, size_t count, uint64_t seed);
// A JSON document of exactly `count` bytes (at least 96): an id, a time, and letters.
void append_document(Bytes *bytes, size_t count, uint64_t id, uint64_t time_ns);

// The length of the head of a message, its empty line included; 0 while it is incomplete.
size_t head_length(const Bytes *bytes);
// The number behind `name` (such as "content-length:", in any case) in these bytes, else the fallback.
uint64_t number_after(const char *text, size_t length, const char *name, uint64_t fallback);

#endif
