#!/usr/bin/env bash
# Writes the lists of packages of the agents that are installed from PyPI, with the digests of their files, by uv. Versions
# in a list stay unless --upgrade is given; those of the agents are below and in PythonAgent+*.swift, which a test compares.
set -euo pipefail
cd "$(dirname "$0")/../Sources/COneShotAgents/lists"

# lock REQUIREMENTS LIST [OPTION…]
lock() {
    local requirements=$1 list=$2
    shift 2
    uv pip compile - <<<"$requirements" --quiet --output-file "$list" --universal --python-version 3.10 \
        --generate-hashes --only-binary :all: --no-header --no-annotate "$@"
}

lock aider-chat==0.86.2 aider.txt "$@"
# Its calls of models import litellm's part for MCP, which it does not ask for.
lock $'mini-swe-agent==2.4.6\nlitellm[mcp]' mini-swe-agent.txt --excludes mini-swe-agent.excluded.txt "$@"
