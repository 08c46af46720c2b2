#!/usr/bin/env bash
# Brings what `make bench-recorder` measures with and against: Debian's OpenSSL headers; nginx and mitmproxy below
# .build/bench, where they start no service. Builds the load client and the origin. What is there already is left alone.
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
    for package in gcc libc6-dev libssl-dev libpcre2-8-0; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || fail "install ${missing[*]}: there is no apt-get here"
    echo "bench: installing ${missing[*]}"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# The program only: the package, installed, would serve port 80 from then on.
unpack_nginx() {
    [ -x "$out/nginx/usr/sbin/nginx" ] && return
    command -v apt-get >/dev/null || fail "unpack Debian's nginx into $out/nginx: there is no apt-get here"
    echo "bench: unpacking nginx into $out/nginx"
    rm -rf "$out/nginx" "$out/packages"
    mkdir -p "$out/packages"
    (
        cd "$out/packages"
        apt-get download -qq nginx 2>/dev/null || { as_root apt-get update -qq && apt-get download -qq nginx; }
    )
    dpkg-deb -x "$out"/packages/nginx_*.deb "$out/nginx"
    rm -rf "$out/packages"
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
unpack_nginx
install_mitmproxy
cd "$here/load"
compile origin origin.c net.c bytes.c text.c websocket.c
compile load load.c load_*.c answer.c samples.c net.c bytes.c text.c websocket.c
