# How a check is run: within what time, and what of it once more. Sourced by script/test.
# The caller sets `python` and `mode`.

failed=()
notes=()
started=$SECONDS

check() { # name, command ...
    local name=$1
    shift
    printf '\n== %s\n' "$name"
    "$@" || failed+=("$name")
}

# In CI the checks end within 25 minutes: on a slow machine the tests of a part that are not begun
# so many seconds after the start are left out, which is said at the end.
until_second() { # seconds, name, command ...
    local seconds=$1 name=$2
    shift 2
    if [ "${CI:-}" != true ] || [ "$mode" = --thorough ]; then
        check "$name" "$@"
        return
    fi
    local left=$((started + seconds - SECONDS))
    TESTS_UNTIL=$(($(date +%s) + left)) check "$name" "$@"
    if [ $SECONDS -gt $((started + seconds)) ]; then
        notes+=("Time was over for $name: what was not begun by then was skipped (--thorough runs all)")
    fi
}

# In CI a test that failed is run once more by itself: many play whole processes, which a busy
# machine holds up. What passes then is named at the end; what fails again, or much that fails,
# has failed.
tests() { # pytest arguments ...
    "$python" -m pytest -q "$@" && return
    [ $? = 1 ] && [ "${CI:-}" = true ] || return 1
    local failing
    failing=$("$python" - <<'PYTHON'
import json
import pathlib

print(*json.loads(pathlib.Path(".pytest_cache/v/cache/lastfailed").read_text()), sep="\n")
PYTHON
    ) && [ "$(wc -l <<< "$failing")" -le 5 ] || return 1
    printf '\n== once more, by themselves\n%s\n' "$failing"
    env -u TESTS_UNTIL "$python" -m pytest -q "$@" -n 0 --last-failed --last-failed-no-failures none ||
        return 1
    notes+=("Failed once and passed when run again by itself: $(paste -sd ' ' <<< "$failing")")
}
