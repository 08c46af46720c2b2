#ifndef ONESHOT_AGENTS_H
#define ONESHOT_AGENTS_H

#include <stddef.h>

/// The packages of an agent that the program installs, with the digests of their files: pip's requirements.
typedef struct {
    const unsigned char *_Nonnull bytes;
    size_t count;
} oneshot_package_list;

oneshot_package_list oneshot_aider_packages(void);
oneshot_package_list oneshot_mini_swe_agent_packages(void);

#endif
