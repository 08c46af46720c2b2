#include "agents.h"

// Of C23; SwiftPM has no name for that standard yet.
#pragma clang diagnostic ignored "-Wc23-extensions"

// The files are part of the program, so that one executable is all that has to be copied.
static const unsigned char aider[] = {
#embed "lists/aider.txt"
};

static const unsigned char mini_swe_agent[] = {
#embed "lists/mini-swe-agent.txt"
};

oneshot_package_list oneshot_aider_packages(void) { return (oneshot_package_list){aider, sizeof aider}; }

oneshot_package_list oneshot_mini_swe_agent_packages(void) {
    return (oneshot_package_list){mini_swe_agent, sizeof mini_swe_agent};
}
