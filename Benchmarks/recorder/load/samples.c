#include "load.h"

#include <stdio.h>
#include <stdlib.h>

void samples_add(Samples *samples, uint64_t duration_ns) {
    if (samples->count == samples->capacity) {
        samples->capacity = samples->capacity * 2 + 1024;
        samples->values = realloc(samples->values, samples->capacity * sizeof *samples->values);
        if (samples->values == NULL) die("samples", "out of memory");
    }
    samples->values[samples->count++] = duration_ns;
}

static int compare(const void *left, const void *right) {
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

void samples_print(const char *name, Samples *samples) {
    if (samples->count > 0) qsort(samples->values, samples->count, sizeof *samples->values, compare);
    const size_t last = samples->count > 0 ? samples->count - 1 : 0;
    const uint64_t none[1] = {0}, *values = samples->count > 0 ? samples->values : none;
    printf("\"%s\": {\"p50\": %.4f, \"p99\": %.4f, ", name, (double)values[last / 2] / 1e6,
           (double)values[last * 99 / 100] / 1e6);
    printf("\"max\": %.4f, \"count\": %zu}", (double)values[last] / 1e6, samples->count);
}
