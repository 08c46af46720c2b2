#ifndef ONESHOT_CRE2_H
#define ONESHOT_CRE2_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A compiled expression. It never changes, and any number of threads may match with it at once.
typedef struct cre2_expression cre2_expression;

/// From `start` to `end`, in bytes; both are -1 for a group that took no part.
typedef struct {
    ptrdiff_t start;
    ptrdiff_t end;
} cre2_span;

/// Null when the pattern is not one; then `error` holds why, ended by a zero byte and cut to `capacity`.
cre2_expression *_Nullable cre2_compile(
    const char *_Nonnull pattern, size_t length, char *_Nonnull error, size_t capacity);

void cre2_free(cre2_expression *_Nonnull expression);

/// How many groups capture, the whole match not counted.
int cre2_groups(const cre2_expression *_Nonnull expression);

/// The leftmost match in `text[start..<end]`. What stands around that part counts for `^`, `$` and `\b`.
/// The whole match comes first in `spans`, then the groups, as many as fit.
bool cre2_match(
    const cre2_expression *_Nonnull expression, const char *_Nonnull text, size_t length, size_t start, size_t end,
    cre2_span *_Nonnull spans, int count);

#ifdef __cplusplus
}
#endif

#endif
