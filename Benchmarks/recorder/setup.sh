#!/usr/bin/env bash
# Installs what `make bench-recorder` measures with and against: Debian's nginx and OpenSSL headers, and mitmproxy in a
# virtual environment under .build/bench. Builds the load client and the origin. What is there already is left alone.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$(cd "$here/../.." && pwd)/.build/bench
mkdir -p "$out"

fail() { echo "bench: $*" >&2; exit 3; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null; then sudo "$@"
    else fail "'$*' needs root: run this as root, or install sudo"
    fi
}

install_packages() {
    local missing=() package
    for package in gcc libc6-dev libssl-dev nginx-light; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    # Any flavour of nginx will do.
    if [ -x /usr/sbin/nginx ]; then missing=("${missing[@]/nginx-light/}"); fi
    read -ra missing <<<"${missing[*]}"
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || fail "install ${missing[*]}: there is no apt-get here"
    echo "bench: installing ${missing[*]}"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

install_mitmproxy() {
    local stamp
    stamp=$(sha256sum <"$here/requirements-mitmproxy.txt" | cut -c1-16)
    [ -e "$out/mitmproxy/.installed-$stamp" ] && return
    echo "bench: installing mitmproxy into $out/mitmproxy"
    rm -rf "$out/mitmproxy"
    python3 -m venv "$out/mitmproxy"
    "$out/mitmproxy/bin/pip" install --quiet --disable-pip-version-check --require-hashes \
        -r "$here/requirements-mitmproxy.txt"
    touch "$out/mitmproxy/.installed-$stamp"
}

# compile NAME SOURCE…: .build/bench/NAME
compile() {
    local name=$1
    shift
    cc -O2 -std=gnu11 -Wall -Wextra -Wpedantic -Wshadow -Werror -o "$out/$name.new" "$@" -lssl -lcrypto
    mv "$out/$name.new" "$out/$name"
}

install_packages
install_mitmproxy
cd "$here/load"
compile origin origin.c net.c bytes.c text.c websocket.c
compile load load.c load_*.c answer.c samples.c net.c bytes.c text.c websocket.c
