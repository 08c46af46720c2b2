#include "cre2.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstring>
#include <string>

struct cre2_expression {
    RE2 expression;
};

namespace {
constexpr int most_groups = 32;

RE2::Options options() {
    RE2::Options options;
    options.set_log_errors(false);
    return options;
}
}  // namespace

cre2_expression *cre2_compile(const char *pattern, size_t length, char *error, size_t capacity) {
    auto *result = new cre2_expression{RE2(re2::StringPiece(pattern, length), options())};
    if (result->expression.ok()) return result;
    if (capacity > 0) {
        const std::string &reason = result->expression.error();
        const size_t count = std::min(reason.size(), capacity - 1);
        std::memcpy(error, reason.data(), count);
        error[count] = 0;
    }
    delete result;
    return nullptr;
}

void cre2_free(cre2_expression *expression) { delete expression; }

int cre2_groups(const cre2_expression *expression) { return expression->expression.NumberOfCapturingGroups(); }

bool cre2_match(
    const cre2_expression *expression, const char *text, size_t length, size_t start, size_t end, cre2_span *spans,
    int count) {
    re2::StringPiece groups[most_groups];
    const int wanted = std::min(std::min(count, most_groups), cre2_groups(expression) + 1);
    if (!expression->expression.Match(
            re2::StringPiece(text, length), start, end, RE2::UNANCHORED, groups, wanted))
        return false;
    for (int index = 0; index < count; index++) {
        const bool took_part = index < wanted && groups[index].data() != nullptr;
        spans[index].start = took_part ? groups[index].data() - text : -1;
        spans[index].end = took_part ? spans[index].start + static_cast<ptrdiff_t>(groups[index].size()) : -1;
    }
    return true;
}
