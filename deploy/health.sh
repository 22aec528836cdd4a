#!/bin/sh
# Is the container's own process well? Compose names the port it listens on; a container without one runs, or it doesn't.
[ -n "${SINERGI_HEALTH_PORT:-}" ] || exit 0
exec curl --silent --fail --max-time 2 --output /dev/null "http://127.0.0.1:${SINERGI_HEALTH_PORT}/healthz"
