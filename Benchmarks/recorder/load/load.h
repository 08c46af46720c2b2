// What the scenarios of the load client share.
#ifndef LOAD_H
#define LOAD_H

#include "net.h"

#include <stdio.h>

// The value of NAME=VALUE on the command line.
const char *option(const char *name, const char *fallback);
uint64_t number_option(const char *name, uint64_t fallback);

typedef struct {
    Route route;
    const char *host;  // the name that is asked for
} Target;
extern Target target;
// A number that no other exchange of this benchmark has.
uint64_t next_id(void);

// The file of the option `log`, if there is one.
FILE *open_log(void);
// Writes a line: the id, and the Unix time in milliseconds. Nothing without a log.
void log_now(FILE *log, uint64_t id);

// A POST with a JSON body of `body` bytes (at least 96); `query` says what the origin is to do.
void append_request(Bytes *out, const char *query, uint64_t id, size_t body);

// An answer as it comes.
typedef struct {
    bool has_head, is_chunked, is_last_chunk, is_done, is_malformed;
    int status;
    uint64_t left;  // of the body, or of the chunk
    Bytes body;  // what has come and is not consumed
} Answer;
// Moves what has come of the body from `in` to `body`, without its chunks' framing.
void answer_take(Answer *answer, Bytes *in);
// For the next answer on the same connection.
void answer_reset(Answer *answer);

// Durations in nanoseconds.
typedef struct {
    uint64_t *values;
    size_t count, capacity;
} Samples;
void samples_add(Samples *samples, uint64_t duration_ns);
// Prints `"NAME": {"p50": …, "p99": …, "max": …, "count": …}` in milliseconds; sorts the samples.
void samples_print(const char *name, Samples *samples);

// Each runs one scenario and prints one JSON object.
void run_exchanges(void);
void run_streams(void);
void run_connections(void);
void run_transfer(void);
void run_socket(void);

#endif
