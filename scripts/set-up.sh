#!/bin/sh
# Make .venv hold exactly what requirements/$1.txt says ("server" or "dev"), then the project itself. With
# "loaders", make .cache/loaders hold what opens exports and is too large for .venv.
# Needs Python 3.11 or newer with its venv module; brings uv in when it is missing.
set -eu
cd "$(dirname "$0")/.."
wanted=$1
# What a fuller set already provides is not taken away again.
if [ "$wanted" = server ] && [ -e .venv/dev.stamp ]; then wanted=dev; fi

fail() {
    printf 'set-up: %s\n' "$1" >&2
    exit 1
}

is_python() { # COMMAND FIRST LAST: an interpreter whose 3.x version lies between the two
    command -v "$1" >/dev/null 2>&1 &&
        "$1" -c "import sys; sys.exit(not (3, $2) <= sys.version_info[:2] <= (3, $3))" >/dev/null 2>&1
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        is_python "$PYTHON" 11 99 || fail "PYTHON=$PYTHON is not a Python 3.11 or newer."
        command -v "$PYTHON"
        return
    fi
    for name in python3 python3.13 python3.12 python3.11 python; do
        if is_python "$name" 11 13; then command -v "$name" && return; fi
    done
    for name in python3 python3.14 python; do
        if is_python "$name" 11 99; then command -v "$name" && return; fi
    done
    found=$(python3 --version 2>/dev/null || echo "no python3")
    fail "Python 3.11 or newer is needed; found: $found. Install it (Debian, Ubuntu: apt install python3.12 python3.12-venv; macOS: brew install python@3.12), or name one with: make PYTHON=/path/to/python3.12"
}

# uv does not read pip's configuration: hand on where this machine gets its packages from.
hand_on_pip_settings() {
    pip_setting() { "$1" -m pip config get "$2" 2>/dev/null || true; }
    index=${PIP_INDEX_URL:-$(pip_setting "$1" global.index-url)}
    extra=${PIP_EXTRA_INDEX_URL:-$(pip_setting "$1" global.extra-index-url)}
    links=${PIP_FIND_LINKS:-$(pip_setting "$1" global.find-links)}
    cert=${PIP_CERT:-$(pip_setting "$1" global.cert)}
    if [ -n "$index" ]; then export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$index}"; fi
    if [ -n "$extra" ]; then export UV_INDEX="${UV_INDEX:-$(echo "$extra" | tr '\n' ' ')}"; fi
    if [ -n "$links" ]; then export UV_FIND_LINKS="${UV_FIND_LINKS:-$(echo "$links" | tr ' \n' ',,' | sed 's/,*$//')}"; fi
    if [ -n "$cert" ]; then export SSL_CERT_FILE="${SSL_CERT_FILE:-$cert}"; fi
}

python=$(find_python)
"$python" -c 'import venv' 2>/dev/null ||
    fail "$python has no venv module. Debian, Ubuntu: apt install python3-venv"

if command -v uv >/dev/null 2>&1; then
    uv=uv
    hand_on_pip_settings "$python"
else
    uv=.cache/uv/bin/uv
    if ! "$uv" --version >/dev/null 2>&1 || [ requirements/uv.txt -nt "$uv" ]; then
        "$python" -c 'import ensurepip' 2>/dev/null ||
            fail "$python cannot make virtual environments (no ensurepip). Debian, Ubuntu: apt install python3-venv"
        echo "set-up: bringing uv in" >&2
        rm -rf .cache/uv
        "$python" -m venv .cache/uv
        .cache/uv/bin/python -m pip install --quiet --disable-pip-version-check \
            --require-hashes --requirement requirements/uv.txt ||
            fail "pip could not install uv; is a package index within reach?"
        touch "$uv"
    fi
    hand_on_pip_settings .cache/uv/bin/python
fi

export UV_PYTHON_DOWNLOADS=never
if [ -z "${UV_CACHE_DIR:-}" ] && ! mkdir -p "${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/uv" 2>/dev/null; then
    export UV_CACHE_DIR="$PWD/.cache/uv-downloads"
fi

if [ "$wanted" = loaders ]; then
    echo "set-up: installing requirements/loaders.txt into .cache/loaders (about 5 GB)" >&2
    "$uv" venv --quiet --clear --no-project --python "$python" .cache/loaders
    "$uv" pip sync --quiet --python .cache/loaders/bin/python --require-hashes requirements/loaders.txt ||
        fail "the loaders could not be installed; the lines above say why."
    touch .cache/loaders/stamp
    exit
fi

if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
    rm -rf .venv
    "$uv" venv --quiet --no-project --python "$python" .venv
fi
rm -f .venv/server.stamp .venv/dev.stamp
echo "set-up: installing requirements/$wanted.txt into .venv" >&2
"$uv" pip sync --quiet --python .venv/bin/python --require-hashes --compile-bytecode "requirements/$wanted.txt" ||
    fail "the requirements could not be installed; the lines above say why."
"$uv" pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable sdk --editable . ||
    fail "the project itself could not be installed; the lines above say why."
# Half of a cold start is compiling; done once here, also where Python was told to write no bytecode.
env -u PYTHONDONTWRITEBYTECODE .venv/bin/python -m compileall -q src sdk/src ||
    fail "the project's sources do not compile; the lines above say where."

# Written last: an interrupted set-up starts again. The folder's own path tells a moved checkout.
pwd >.venv/set-up-in
touch .venv/server.stamp
if [ "$wanted" = dev ]; then touch .venv/dev.stamp; fi
