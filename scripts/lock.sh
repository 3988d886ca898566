#!/bin/sh
# Resolve pyproject.toml into requirements/*.txt: one file per use, pinned and hashed, good for every
# platform and Python that the project supports, and naming no package index.
# Without --upgrade, versions that still fit stay as they are.
set -eu
cd "$(dirname "$0")/.."
uv=$(command -v uv || echo .cache/uv/bin/uv)

compile() {
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-annotate --no-header "$@" >/dev/null
}

# Our own other distribution is in sdk/: its dependencies are locked, it is not looked for on an index.
compile "$@" pyproject.toml --extra server --group build --no-emit-package pixcrawler-sdk --output-file requirements/server.txt
compile "$@" pyproject.toml --extra server --group build --group dev --no-emit-package pixcrawler-sdk \
    --constraint requirements/server.txt --output-file requirements/dev.txt
echo uv | compile "$@" - --output-file requirements/uv.txt
# Servers that tests talk to; apart, because moto and SAQ do not agree on python-dateutil.
printf 'moto[s3,server]\nnodejs-wheel-binaries\n' | compile "$@" - --output-file requirements/emulators.txt
# What else opens exports, in a set of its own: torch weighs gigabytes (package indexes have it for Linux on x86 with CUDA
# only). The oldest `datasets` that we support; no compiler of GPU code, and OpenCV without the libraries of a screen.
left_out=$(mktemp)
trap 'rm -f "$left_out"' EXIT
printf '%s; sys_platform == "never"\n' opencv-python triton >"$left_out"
printf '%s\n' torch torchvision ultralytics opencv-python-headless datasets==4.0.0 |
    compile "$@" - --override "$left_out" --output-file requirements/loaders.txt
