#!/bin/bash
# Runs the whole demo on this machine: deploy/run.sh [--detach] [--stop] [--reset] [--release] [--nodes ppu,kukar,host]
#   (nothing)   starts, prints addresses and logins, runs until Ctrl-C
#   --detach    starts, prints, and leaves it running        --stop   ends it; data stays
#   --reset     empties everything first                     --release  optimised build
#   --nodes A,B starts only these nodes
# SINERGI_PORT_OFFSET=N shifts every port. SINERGI_HOME=DIR keeps data elsewhere than in .sinergi/.
# SINERGI_BINARIES=DIR takes executables from there instead of building. Linux only. docs/operations.md tells more.
set -euo pipefail
deploy="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
. "$deploy/lib.sh"

detach=false stop=false reset=false configuration=debug nodes=ppu,kukar,host
while [ $# -gt 0 ]; do
    case "$1" in
    --detach) detach=true ;;
    --stop) stop=true ;;
    --reset) reset=true ;;
    --release) configuration=release ;;
    --nodes)
        [ $# -gt 1 ] || die "--nodes needs names, for example --nodes ppu,kukar"
        nodes="$2"
        shift
        ;;
    --nodes=*) nodes="${1#*=}" ;;
    -h | --help)
        sed -n '2,8s/^# \{0,1\}//p' "$0"
        exit 0
        ;;
    *) die "Unknown option $1. Try --help." ;;
    esac
    shift
done

[ "$(uname -s)" = Linux ] || die "Sinergi runs on Linux only."
offset="${SINERGI_PORT_OFFSET:-0}"
[[ "$offset" =~ ^-?[0-9]+$ ]] || die "SINERGI_PORT_OFFSET must be a whole number, not '$offset'."
home="${SINERGI_HOME:-$sinergi_root/.sinergi}"
install -d -m 711 "$home" "$home/run"
home="$(cd "$home" && pwd -P)"
plan="$home/run/plan.json"
environment="$home/run.env"
supervise() { "$python" "$deploy/instance.py" "$@"; }

# One start or stop at a time. The lock goes with this script; no child inherits it.
exec 9>"$home/lock"
flock --wait 120 9 || die "Another deploy/run.sh has been starting or stopping for two minutes."

empty() { # every byte of data, wherever it lives; never the folder itself
    local cluster
    cluster="$(cluster_directory "$home")"
    rm -rf -- "${cluster:?}" "$home/postgres" "$home/nodes" "$home/keys" "$home/mail" "$home/gateway" "$home/spool" \
        "$home/secrets" "$environment"
    find "$home/run" -mindepth 1 -delete
}

if $stop; then
    # Without it nothing was ever started here.
    if [ -x "$python" ]; then supervise stop "$plan" 9>&-; fi
    if $reset; then empty; fi
    exit 0
fi
# On a bare machine even the supervisor's interpreter is still missing.
"$deploy/install.sh" 9>&-
if supervise running "$plan"; then
    if ! $reset; then
        say "Sinergi is running already. Settings: $environment. Stop it with deploy/run.sh --stop."
        exit 0
    fi
    supervise stop "$plan" 9>&-
fi
if $reset; then empty; fi
supervise stop "$plan" 9>&- >/dev/null # what a killed supervisor may have left behind

# ---- what is needed: free ports, executables
describe_plan() { "$python" "$deploy/plan.py" --home "$home" --offset "$offset" --nodes "$nodes" "$@"; }
cluster="$(cluster_directory "$home")"
describe_plan --cluster "$cluster" --binaries "${SINERGI_BINARIES:-/nonexistent}"
if ! taken="$(supervise ports "$plan")"; then
    die "Nothing was started: port $(echo "$taken" | paste -sd, | sed 's/,/, port /g') is taken. Free it, or set SINERGI_PORT_OFFSET to shift every port."
fi
binaries="${SINERGI_BINARIES:-$(build_products "$configuration" 9>&-)}"
[ -x "$binaries/sinergi" ] || die "There is no executable 'sinergi' in $binaries."

# ---- from here on something runs; an error or Ctrl-C ends it again
give_up() {
    trap - EXIT INT TERM HUP
    supervise stop "$plan" 9>&- >/dev/null || true
    complain "Sinergi was not started. Logs: $home/run"
    exit "${1:-1}"
}
trap 'give_up $?' EXIT
trap 'give_up 130' INT TERM HUP

# ---- PostgreSQL first: the database is prepared before any service looks at it
secrets="$home/secrets"
install -d -m 700 "$secrets"
[ -s "$secrets/superuser" ] || (umask 077 && random_word 32 >"$secrets/superuser")
make_cluster "$cluster" "$secrets/superuser"
for folder in mail mail/tmp mail/new mail/cur gateway; do install -d -m 755 "$home/$folder"; done
describe_plan --cluster "$cluster" --binaries "$binaries" --only-postgres
setsid "$python" "$deploy/supervisor.py" "$plan" >>"$home/run/supervisor.log" 2>&1 </dev/null 9>&- &
for _ in $(seq 100); do
    if supervise running "$plan"; then break; fi
    sleep 0.05
done
supervise wait "$plan" --seconds 60 || die "PostgreSQL did not start; see $home/run/postgres.log"

# ---- schema, directory, logins, keys, node settings, run.env: all by `sinergi`, all safe to repeat
port=$((8032 + offset))
export SINERGI_ADMIN_DATABASE_URL="postgresql://sinergi_super:$(cat "$secrets/superuser")@127.0.0.1:$port/sinergi"
"$binaries/sinergi" demo prepare --home "$home" --port-offset "$offset" 9>&- >>"$home/run/prepare.log" 2>&1 ||
    die "Preparing the database failed: $(tail -n 3 "$home/run/prepare.log")"
unset SINERGI_ADMIN_DATABASE_URL

# ---- the rest
describe_plan --cluster "$cluster" --binaries "$binaries"
kill -HUP "$(cat "$home/run/supervisor.pid")"
supervise wait "$plan" --seconds 90 || die "Some processes did not become ready; see the logs in $home/run"
trap - EXIT INT TERM HUP

"$python" "$deploy/greeting.py" "$plan" "$environment"
exec 9>&- # the start is over: --stop may come now
if $detach; then
    say "Running in the background. Stop it with deploy/run.sh --stop."
    exit 0
fi
say "Running until Ctrl-C."
# Not bash: it cannot trap an interrupt that its caller ignores, as scripts that start this in the background do.
exec "$python" "$deploy/instance.py" attend "$plan"
