#!/bin/bash
# PostgreSQL in a container: makes its cluster the first time, then becomes the server.
set -euo pipefail
bin=/usr/lib/postgresql/15/bin data=/var/lib/postgresql/data
if [ ! -f "$data/PG_VERSION" ]; then
    : "${POSTGRES_PASSWORD:?must be set when the cluster is made}"
    "$bin/initdb" --pgdata="$data" --username=sinergi_super --pwfile=<(printf '%s' "$POSTGRES_PASSWORD") --auth=scram-sha-256 \
        --encoding=UTF8 --locale=C.UTF-8 --no-instructions
    echo 'host all all all scram-sha-256' >>"$data/pg_hba.conf"
    cat >>"$data/postgresql.conf" <<'CONF'
listen_addresses = '*'
unix_socket_directories = ''
password_encryption = 'scram-sha-256'
max_connections = 300
max_locks_per_transaction = 256
jit = off
timezone = 'UTC'
CONF
fi
unset POSTGRES_PASSWORD
exec "$bin/postgres" -D "$data"
