#!/bin/sh
# Puts real pictures under CACHE_DIR and prints their folder: Debian's tuxpaint-stamps-default and
# mate-backgrounds, fetched as packages and unpacked, not installed. Needs a Debian-like system, not root.
# Run again, it does nothing; killed half-way, it leaves nothing that looks finished.
set -eu

packages="tuxpaint-stamps-default mate-backgrounds"

if [ $# -ne 1 ]; then
    echo "usage: scripts/real-pictures.sh CACHE_DIR" >&2
    exit 2
fi
for tool in apt-get dpkg; do
    if ! command -v "$tool" >/dev/null; then
        echo "real-pictures.sh: needs $tool: run it on Debian or Ubuntu." >&2
        exit 1
    fi
done

mkdir -p "$1"
cache=$(cd "$1" && pwd)
folder=$cache/pictures
if [ -d "$folder" ]; then
    echo "$folder"
    exit 0
fi

part=$(mktemp -d "$cache/part.XXXXXX")
trap 'rm -rf "$part"' EXIT
trap 'exit 1' HUP INT TERM

fetch() {
    # shellcheck disable=SC2086
    (cd "$part" && apt-get -q -o APT::Sandbox::User=root download $packages >&2)
}
if ! fetch; then
    echo "real-pictures.sh: refreshing the package lists (needs root)" >&2
    apt-get -q update >&2
    fetch
fi
for package in "$part"/*.deb; do
    dpkg -x "$package" "$part/unpacked" >&2
done
find "$part/unpacked" -name '*.ogg' -delete # the stamps' names, spoken in many languages
# Two at once: the one that comes second finds the folder there, and drops its own.
mv -T "$part/unpacked" "$folder" 2>/dev/null || [ -d "$folder" ]
echo "$folder"
