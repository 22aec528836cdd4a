# shellcheck shell=bash
# What install.sh, run.sh and test.sh share. Sourced, never run.

sinergi_root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
postgres_bin=/usr/lib/postgresql/15/bin
python=/usr/bin/python3 # Debian's, whatever else stands first in PATH: the mail sink is Debian's package

say() { printf '%s\n' "$*"; }
complain() { printf '%s\n' "$*" >&2; }
die() {
    complain "$*"
    exit 1
}

is_root() { [ "$(id -u)" -eq 0 ]; }

# PostgreSQL refuses to run as root: then its files belong to Debian's postgres user.
postgres_user() { if is_root; then echo postgres; fi; }
as_postgres() { if is_root; then (cd / && setpriv --reuid postgres --regid postgres --init-groups -- "$@"); else "$@"; fi; }

# The folder in which a cluster of this instance lives: HOME/postgres, or a folder of the postgres user's with a link at that
# place where that user cannot reach it, as in a clone under /root.
# usage: cluster_directory HOME
cluster_directory() {
    local home="$1" outside
    if ! is_root || as_postgres test -x "$home" 2>/dev/null; then
        echo "$home/postgres"
        return
    fi
    outside="/var/lib/sinergi/$(printf '%s' "$home" | sha256sum | cut -c1-16)"
    install -d -m 755 /var/lib/sinergi
    [ -e "$home/postgres" ] || [ -L "$home/postgres" ] || ln -s "$outside" "$home/postgres"
    echo "$outside"
}

# Makes a cluster unless there is one. Loopback only, no socket, scram passwords.
# usage: make_cluster DIRECTORY PASSWORD_FILE
make_cluster() {
    local data="$1" password_file="$2" copy
    if [ -f "$data/PG_VERSION" ]; then return; fi
    install -d -m 700 "$data"
    copy="$(mktemp)"
    cat "$password_file" >"$copy"
    if is_root; then chown postgres "$data" "$copy"; fi
    LC_ALL=C.UTF-8 as_postgres "$postgres_bin/initdb" --pgdata="$data" --username=sinergi_super --pwfile="$copy" \
        --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --no-instructions >/dev/null ||
        { rm -f "$copy"; die "initdb failed in $data"; }
    rm -f "$copy"
    as_postgres tee -a "$data/postgresql.conf" >/dev/null <<'CONF'
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
password_encryption = 'scram-sha-256'
max_connections = 200
# Streams have a partition a day; a migration or a prune touches many of them in one transaction.
max_locks_per_transaction = 256
shared_buffers = '128MB'
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %u@%d %a '
log_min_duration_statement = '500ms'
CONF
}

# N random characters that need no quoting anywhere.
random_word() { head -c 256 /dev/urandom | LC_ALL=C tr -dc 'A-Za-z0-9' | cut -c1-"$1"; }

# A loopback port nobody uses now.
free_port() {
    "$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Builds the five executables and prints the folder they are in.
# usage: build_products debug|release
build_products() {
    command -v swift >/dev/null || die "Swift 6.3 or newer is needed and 'swift' is not in PATH. See https://www.swift.org/install/linux/"
    (cd "$sinergi_root" && swift build --configuration "$1" >&2) || die "The build failed."
    (cd "$sinergi_root" && swift build --configuration "$1" --show-bin-path)
}
