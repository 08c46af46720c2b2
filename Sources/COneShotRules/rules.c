#include "rules.h"

// Of C23; SwiftPM has no name for that standard yet.
#pragma clang diagnostic ignored "-Wc23-extensions"

// The files are part of the program, so that one executable is all that has to be copied.
static const unsigned char gitleaks[] = {
#embed "rules/gitleaks.toml"
};

static const unsigned char own[] = {
#embed "rules/oneshot.toml"
};

oneshot_rule_file oneshot_gitleaks_rules(void) { return (oneshot_rule_file){gitleaks, sizeof gitleaks}; }
oneshot_rule_file oneshot_own_rules(void) { return (oneshot_rule_file){own, sizeof own}; }
