#!/bin/bash
# Every test: deploy/test.sh [--kills N] [--seed S[,S…]] [--only swift|e2e|browser]
#   --kills N   kills of random processes for each seed in the end-to-end test (default 5)
#   --seed S    seeds of victims and pauses (default 1)
#   --only PART just that part
# Installs what is missing, starts a PostgreSQL of its own, uses free ports, never touches .sinergi/.
# Ends with the line "N passed, N failed".
set -euo pipefail
deploy="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
. "$deploy/lib.sh"

kills=5 seeds=1 only=
while [ $# -gt 0 ]; do
    [ $# -gt 1 ] || [ "$1" = --help ] || die "$1 needs a value."
    case "$1" in
    --kills) kills="$2" ;;
    --seed | --seeds) seeds="$2" ;;
    --only) only="$2" ;;
    --help)
        sed -n '2,8s/^# \{0,1\}//p' "$0"
        exit 0
        ;;
    *) die "Unknown option $1. Try --help." ;;
    esac
    shift 2
done
case "$only" in '' | swift | e2e | browser) ;; *) die "--only takes swift, e2e or browser, not '$only'." ;; esac

"$deploy/install.sh" --tests
command -v swift >/dev/null || die "Swift 6.3 or newer is needed and 'swift' is not in PATH."

# In a folder that PostgreSQL's user can pass through; everything in it goes when the tests end.
work="$(mktemp -d -t sinergi-test.XXXXXX)"
chmod 711 "$work"
postgres_pid=
clean_up() {
    trap - EXIT INT TERM
    if [ -n "$postgres_pid" ]; then
        kill -QUIT "$postgres_pid" 2>/dev/null || true
        wait "$postgres_pid" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap clean_up EXIT
trap 'clean_up; exit 130' INT TERM

cd "$sinergi_root"
status=0
wanted() { [ -z "$only" ] || [ "$only" = "$1" ]; }

say "== Build"
if wanted swift; then
    swift build --build-tests ${SINERGI_BUILD_FLAGS:-}
else
    swift build ${SINERGI_BUILD_FLAGS:-}
fi
export SINERGI_BINARIES
SINERGI_BINARIES="$(swift build --show-bin-path)"

if wanted swift; then
    say "== Swift tests, with a PostgreSQL of their own"
    random_word 32 >"$work/password"
    make_cluster "$work/postgres" "$work/password"
    port="$(free_port)"
    # No fsync: nothing here outlives the run. What survives a crash is tested end to end, on an instance that does sync.
    as_postgres "$postgres_bin/postgres" -D "$work/postgres" -c port="$port" -c fsync=off -c full_page_writes=off \
        -c max_connections=300 -c max_wal_size=4GB -c log_min_duration_statement=-1 >"$work/postgres.log" 2>&1 &
    for _ in $(seq 200); do
        if "$postgres_bin/pg_isready" -q -h 127.0.0.1 -p "$port"; then break; fi
        sleep 0.1
    done
    postgres_pid="$(head -n 1 "$work/postgres/postmaster.pid")" || die "PostgreSQL did not start: $(tail -n 5 "$work/postgres.log")"
    SINERGI_TEST_DATABASE_URL="postgresql://sinergi_super:$(cat "$work/password")@127.0.0.1:$port/postgres" \
        swift test --skip-build --parallel --xunit-output "$work/swift.xml" || status=1
fi

pytest_part() { # NAME FOLDER
    say "== $1"
    # `exit 5` is "no test was collected": a failure here, like every other status.
    SINERGI_KILLS="$kills" SINERGI_SEEDS="$seeds" PYTHONDONTWRITEBYTECODE=1 \
        "$python" -m pytest "$2" --junitxml="$work/$1.xml" --durations=5 || status=1
}
if wanted e2e; then pytest_part e2e Tests/EndToEndTests; fi
if wanted browser; then pytest_part browser Tests/BrowserTests; fi

"$python" "$deploy/summary.py" "$work"/*.xml || status=1
exit $status
