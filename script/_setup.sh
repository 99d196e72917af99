# Shared by the scripts beside it: Python, the virtual environment, the .env file.
# Sourced, never run. Leaves the shell in the repository's root.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '%s\n' "$*"; }
stop() { printf '%s\n' "$*" >&2; exit 1; }

find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3 python3.13 python3.12 python3.11; do
        [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 || continue
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        command -v "$candidate"
        return 0
    done
    return 1
}

install_system_python() {
    command -v apt-get >/dev/null 2>&1 ||
        stop "Python 3.11 or newer with its venv module is needed. Install it and start again."
    [ "$(id -u)" = 0 ] ||
        stop "Python 3.11 or newer with its venv module is needed. Install it with:
    sudo apt-get update && sudo apt-get install -y python3 python3-venv"
    say "Installing python3 and python3-venv with apt-get ..."
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3 python3-venv >/dev/null
}

make_environment() { # folder
    [ -x "$1/bin/pip" ] && return 0
    local python
    python=$(find_python) && "$python" -c 'import ensurepip, venv' 2>/dev/null || {
        install_system_python
        python=$(find_python) ||
            stop "The system's python3 is older than 3.11. Name a newer one: PYTHON=/path/to/python3"
    }
    say "Making a virtual environment in $1 ..."
    rm -rf "$1"
    "$python" -m venv "$1"
}

# Installs a lock file, unless the environment already holds exactly it. An environment with the
# tools for the tests holds the product's own packages too.
install_lock() { # folder, lock file, locks it contains ...
    local folder=$1 lock=$2 stamp="$1/.installed-locks" wanted
    shift
    make_environment "$folder"
    wanted=$(cksum < "$lock")
    grep -qxF "$lock $wanted" "$stamp" 2>/dev/null && return 0
    say "Installing the packages of $lock into $folder ..."
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check \
        --no-input --require-hashes -r "$lock" || return 1
    : > "$stamp"
    for lock in "$@"; do
        printf '%s %s\n' "$lock" "$(cksum < "$lock")" >> "$stamp"
    done
}

install_product() { install_lock .venv requirements.lock && compile_messages; }
install_tools() { install_lock .venv requirements-dev.lock requirements.lock && compile_messages; }

make_env_file() {
    [ -e .env ] && return 0
    say "Writing .env with fresh keys. Keep a copy: without TOKEN_KEYS the tokens are unreadable."
    (
        umask 077
        {
            say "# Settings of this installation; docs/operating.md explains each."
            .venv/bin/python -m integration_site.keys
            say "PUBLIC_BASE_URL=http://127.0.0.1:8000"
        } > .env.new
    )
    mv .env.new .env
}

# Translations are kept as text and compiled here: git shows what changed in them.
compile_messages() {
    command -v msgfmt >/dev/null 2>&1 || install_gettext || {
        say "Pages stay in English: msgfmt is missing. Install it with: sudo apt-get install gettext"
        return 0
    }
    local text
    for text in locale/*/LC_MESSAGES/*.po; do
        [ "${text%.po}.mo" -nt "$text" ] || msgfmt --check-format -o "${text%.po}.mo" "$text"
    done
}

install_gettext() {
    command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ] || return 1
    say "Installing gettext with apt-get ..."
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends gettext >/dev/null
}

# The browser of the browser tests. CI has no other way to get one than the system's packages.
install_chromium() {
    [ -x /usr/bin/chromium ] && return 0
    command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ] || return 1
    say "Installing chromium with apt-get ..."
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null
}
