#!/bin/sh
# Check what this machine has, set .venv up, and run the whole platform: scripts/start-dev.sh [options of `pixcrawler up`]
set -eu
cd "$(dirname "$0")/.."

missing=""
lacks() { missing="$missing
  - $1"; }

case $(uname -s) in
Linux) ;;
*) lacks "Linux: pictures are decoded in processes that only Linux can confine. Use a virtual machine, a container or WSL." ;;
esac
case $(uname -m) in
x86_64 | aarch64) ;;
*) lacks "an x86_64 or aarch64 processor (this is $(uname -m)): the embedded servers come for no other." ;;
esac
if (ldd --version 2>&1 || true) | grep -qi musl; then
    lacks "glibc: the embedded servers are not made for musl (Alpine)."
fi
command -v make >/dev/null 2>&1 || lacks "make. Debian, Ubuntu: apt install make"

good=""
for name in "${PYTHON:-python3}" python3.13 python3.12 python3.11; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        good=$name
        break
    fi
done
if [ -z "$good" ]; then
    lacks "Python 3.11, 3.12 or 3.13. Debian, Ubuntu: apt install python3 python3-venv, or set PYTHON to one."
elif ! "$good" -c 'import venv, ensurepip' >/dev/null 2>&1; then
    lacks "the venv module of $good. Debian, Ubuntu: apt install python3-venv"
fi

if [ -n "$missing" ]; then
    printf 'start-dev: this machine lacks%s\n' "$missing" >&2
    exit 1
fi

make --no-print-directory .venv/server.stamp
exec .venv/bin/pixcrawler up "$@"
