#!/bin/sh
# Makes the base image of task environments (Debian 12 with git, python3 and ca-certificates) from Debian's own
# packages, for machines that reach no image registry. The root file system is kept as a tar, so that only the first
# call is slow (1 to 4 minutes); each engine that answers gets it under the name that tasks' Dockerfiles use.
#
#   scripts/make-base-image.sh              # make the tar if there is none, import it where it is missing
#   scripts/make-base-image.sh --tar-only   # make the tar only
set -eu

suite=bookworm
packages=ca-certificates,git,python3
local_name=localhost/oneshot-base:$suite
public_name=docker.io/library/debian:$suite-slim

cache=${XDG_CACHE_HOME:-$HOME/.cache}/oneshot
architecture=$(dpkg --print-architecture)
tar=$cache/base-$suite-$architecture.tar

say() { printf 'base image: %s\n' "$*" >&2; }

make_tar() {
    command -v debootstrap >/dev/null || { say "debootstrap is missing; run: apt-get install debootstrap"; exit 3; }
    [ "$(id -u)" = 0 ] || { say "debootstrap needs root; run: sudo -E $0"; exit 3; }
    # The host's own mirror, in either format of apt's sources; debootstrap's own when there is none.
    mirror=$(awk '/^URIs:/ { print $2; exit }' /etc/apt/sources.list.d/debian.sources 2>/dev/null || true)
    [ -n "$mirror" ] || mirror=$(awk '$1 == "deb" && $2 ~ /debian/ { print $2; exit }' /etc/apt/sources.list 2>/dev/null || true)

    mkdir -p "$cache"
    work=$(mktemp -d "${TMPDIR:-/tmp}/oneshot-base.XXXXXX")
    trap 'rm -rf "$work" "$tar.part"' EXIT
    trap 'exit 4' INT TERM
    say "debootstrap $suite (once, 1 to 4 minutes)"
    debootstrap --variant=minbase --include="$packages" "$suite" "$work/root" $mirror >"$work/log" 2>&1 || {
        say "debootstrap failed: $(tail -n 1 "$work/log")"
        exit 3
    }
    # What a task's own `RUN apt-get …` needs: the host's sources and the options that they depend on.
    if [ -f /etc/apt/sources.list.d/debian.sources ]; then
        cp /etc/apt/sources.list.d/debian.sources "$work/root/etc/apt/sources.list.d/"
        rm -f "$work/root/etc/apt/sources.list"
    fi
    for option in $(grep -lE 'Check-Valid-Until|Check-Date' /etc/apt/apt.conf.d/* 2>/dev/null || true); do
        cp "$option" "$work/root/etc/apt/apt.conf.d/"
    done
    rm -rf "$work"/root/var/cache/apt/archives/*.deb "$work"/root/var/lib/apt/lists/* \
        "$work"/root/usr/share/doc/* "$work"/root/usr/share/man/* "$work"/root/usr/share/locale/* "$work"/root/var/log/*
    tar -C "$work/root" --exclude='./dev/*' --exclude='./proc/*' --exclude='./sys/*' --numeric-owner \
        --sort=name -cf "$tar.part" .
    mv "$tar.part" "$tar"
    rm -rf "$work"
    trap - EXIT INT TERM
    say "made $tar ($(($(stat -c %s "$tar") / 1000000)) MB)"
}

# Names the image in an engine, from the tar if the engine has none.
import_into() {
    engine=$1
    if ! "$engine" image inspect "$local_name" >/dev/null 2>&1; then
        say "importing into $engine"
        "$engine" import --change 'CMD ["/bin/bash"]' --change 'ENV LANG=C.UTF-8' "$tar" "$local_name" >/dev/null
    fi
    # An image that somebody pulled under the public name stays as it is.
    "$engine" image inspect "$public_name" >/dev/null 2>&1 || "$engine" tag "$local_name" "$public_name"
    say "$engine has $public_name"
}

[ -f "$tar" ] || make_tar
[ "${1:-}" = --tar-only ] && exit 0
for engine in podman docker; do
    if command -v "$engine" >/dev/null && "$engine" info >/dev/null 2>&1; then import_into "$engine"; fi
done
