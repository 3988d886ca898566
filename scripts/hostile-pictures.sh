#!/bin/sh
# Puts the test images of Pillow's source distribution under CACHE_DIR and prints their folder: a thousand files
# that once broke some decoder. Fetched by pip, by version and digest; neither installed nor built. They are
# input for tests only. Run again, it does nothing; killed half-way, it leaves nothing that looks finished.
set -eu

version=13.0.0
digest=cdcd1ba258178f7356d74170c9a81ba4eab6a5d55748bc402a5a2a6fe6be3510

if [ $# -ne 1 ]; then
    echo "usage: scripts/hostile-pictures.sh CACHE_DIR" >&2
    exit 2
fi

mkdir -p "$1"
cache=$(cd "$1" && pwd)
folder=$cache/pillow-$version
if [ -d "$folder" ]; then
    echo "$folder"
    exit 0
fi

part=$(mktemp -d "$cache/part.XXXXXX")
trap 'rm -rf "$part"' EXIT
trap 'exit 1' HUP INT TERM

echo "pillow==$version --hash=sha256:$digest" >"$part/wanted.txt"
"${PYTHON:-python3}" -m venv "$part/pip"
"$part/pip/bin/python" -m pip download --quiet --disable-pip-version-check --require-hashes --no-deps \
    --no-binary pillow --requirement "$part/wanted.txt" --dest "$part" >&2
mkdir "$part/unpacked"
tar -xzf "$part/pillow-$version.tar.gz" -C "$part/unpacked" --strip-components=3 "pillow-$version/Tests/images"
# Two at once: the one that comes second finds the folder there, and drops its own.
mv -T "$part/unpacked" "$folder" 2>/dev/null || [ -d "$folder" ]
echo "$folder"
