#ifndef ONESHOT_RULES_H
#define ONESHOT_RULES_H

#include <stddef.h>

/// The rule files that the program carries with it.
typedef struct {
    const unsigned char *_Nonnull bytes;
    size_t count;
} oneshot_rule_file;

oneshot_rule_file oneshot_gitleaks_rules(void);
oneshot_rule_file oneshot_own_rules(void);

#endif
