#define _GNU_SOURCE
#include "load.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

static bool take_head(Answer *answer, Bytes *in) {
    size_t length = head_length(in);
    if (length == 0) return false;
    const char *head = bytes_first(in);
    answer->has_head = true;
    answer->status = (int)number_after(head, length, "HTTP/1.1", 0);
    answer->left = number_after(head, length, "\ncontent-length:", 0);
    answer->is_chunked = memmem(head, length, "chunked", 7) != NULL;
    answer->is_done = !answer->is_chunked && answer->left == 0;
    bytes_consume(in, length);
    return true;
}

// The line before a chunk, behind the line end of the chunk before it. Returns false while it is incomplete.
static bool take_chunk_size(Answer *answer, Bytes *in) {
    const char *first = bytes_first(in);
    size_t count = bytes_count(in), skipped = count >= 2 && first[0] == '\r' ? 2 : 0;
    const char *end = count < 2 ? NULL : memmem(first + skipped, count - skipped, "\r\n", 2);
    if (answer->is_last_chunk) {
        if (count < 2) return false;
        answer->is_done = true;
        bytes_consume(in, 2);
        return false;
    }
    if (end == NULL) return false;
    char *digits_end;
    answer->left = strtoull(first + skipped, &digits_end, 16);
    answer->is_malformed = digits_end == first + skipped;
    answer->is_last_chunk = answer->left == 0;
    bytes_consume(in, (size_t)(end - first) + 2);
    return !answer->is_malformed;
}

void answer_take(Answer *answer, Bytes *in) {
    if (!answer->has_head && !take_head(answer, in)) return;
    while (!answer->is_done) {
        if (answer->left == 0 && !take_chunk_size(answer, in)) return;
        if (answer->left == 0) continue;
        size_t count = bytes_count(in);
        if (count == 0) return;
        if (count > answer->left) count = (size_t)answer->left;
        bytes_append(&answer->body, bytes_first(in), count);
        bytes_consume(in, count);
        answer->left -= count;
        answer->is_done = answer->left == 0 && !answer->is_chunked;
    }
}

void answer_reset(Answer *answer) {
    Bytes body = answer->body;
    bytes_consume(&body, bytes_count(&body));
    *answer = (Answer){.body = body};
}
