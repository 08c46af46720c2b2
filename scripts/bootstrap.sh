#!/usr/bin/env bash
# Installs what OneShot is built and run with on a Debian machine that has Swift: Debian packages, and the real Codex
# in .tools/. With --tests also what only the tests need. What is there already is left alone.
set -euo pipefail
cd "$(dirname "$0")/.."
with_tests=false
[ "${1:-}" = --tests ] && with_tests=true

fail() { echo "bootstrap: $*" >&2; exit 3; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null; then sudo "$@"
    else fail "'$*' needs root: run this as root, or install sudo"
    fi
}

check_swift() {
    command -v swift >/dev/null || fail "Swift 6.3 or newer is needed: https://www.swift.org/install"
    local version
    version=$(swift --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9]+\.[0-9]+).*/\1/p' | head -1)
    [ "$(printf '%s\n6.3\n' "$version" | sort -V | head -1)" = 6.3 ] ||
        fail "Swift 6.3 or newer is needed, this is $version"
}

# scripts/packages.txt: one Debian package a line, its reason behind a '#'.
install_packages() {
    command -v apt-get >/dev/null || {
        echo "bootstrap: no apt-get here; see scripts/packages.txt for what is needed" >&2
        return
    }
    local missing=() package
    while read -r package; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done < <(sed -E 's/#.*//; s/[[:space:]]+//g; /^$/d' scripts/packages.txt)
    [ ${#missing[@]} -gt 0 ] || return 0
    echo "bootstrap: installing ${missing[*]}"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# install_python NAME REQUIREMENTS: a virtual environment .tools/NAME with exactly these, by hash. The lists are complete,
# and of Harbor, which asks for a newer Python, only its validator is used: it runs on this one.
install_python() {
    local name=$1 requirements=$2 stamp
    stamp=$(sha256sum <"$requirements" | cut -c1-16)
    [ -e ".tools/$name/.installed-$stamp" ] && return
    echo "bootstrap: installing $requirements into .tools/$name"
    rm -rf ".tools/$name"
    python3 -m venv ".tools/$name"
    ".tools/$name/bin/pip" install --quiet --disable-pip-version-check --no-deps --ignore-requires-python \
        --require-hashes -r "$requirements"
    touch ".tools/$name/.installed-$stamp"
}

link_codex() {
    local binary
    binary=$(find .tools/codex/lib -path '*/codex_cli_bin/bin/codex' -type f | head -1)
    [ -n "$binary" ] || fail "the wheel of openai-codex-cli-bin holds no codex; remove .tools and try again"
    mkdir -p .tools/bin
    ln -sf "../../$binary" .tools/bin/codex
}

check_swift
install_packages
install_python codex scripts/requirements-codex.txt
link_codex
if $with_tests; then
    install_python test scripts/requirements-test.txt
    if command -v podman >/dev/null; then bash scripts/make-base-image.sh; fi
fi
