#!/bin/bash
# Installs the Debian packages that are missing, and nothing else: deploy/install.sh [--tests]
# Works as root or with sudo; otherwise it says what to install. What each package is for: docs/dependencies.md.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

packages=(postgresql-15 postgresql-15-postgis-3 libpq-dev libsqlite3-dev libssl-dev libcurl4-openssl-dev liblinear-dev libqrencode-dev libstemmer-dev libgd-dev pkg-config python3 python3-aiosmtpd curl jq util-linux)
case "${1:-}" in
--tests) packages+=(python3-pytest python3-requests python3-jsonschema python3-selenium chromium chromium-driver fonts-dejavu-core clamav-daemon python3-venv) ;;
'') ;;
*) die "usage: deploy/install.sh [--tests]" ;;
esac

missing=()
for package in "${packages[@]}"; do
    status="$(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null || true)"
    [ "$status" = installed ] || missing+=("$package")
done
# Clients and testers that others wrote, which the tests try on us: in an environment of the project's own. Without a network the
# tests that need them are skipped.
foreign=(georeport==0.3.1 three==0.8.0 schemathesis==4.32.5 openapi-spec-validator==0.9.0)
test_environment() {
    local venv="$sinergi_root/.sinergi-test/venv"
    [ "$1" = --tests ] || return 0
    # The mark says which ones are there, so that an older environment gets what was added since.
    [ "$(cat "$venv/complete" 2>/dev/null)" != "${foreign[*]}" ] || return 0
    say "Installing clients for the tests into .sinergi-test"
    if "$python" -m venv "$venv" && "$venv/bin/pip" install --quiet --disable-pip-version-check "${foreign[@]}"; then
        printf '%s' "${foreign[*]}" >"$venv/complete"
    else
        say "They cannot be had; tests with foreign clients are skipped."
    fi
}
if [ ${#missing[@]} -eq 0 ]; then
    test_environment "${1:-}"
    exit 0
fi

command -v apt-get >/dev/null || die "Sinergi's scripts install on Debian 12. Install by hand: ${missing[*]}"
if is_root; then
    elevate=()
elif command -v sudo >/dev/null; then
    elevate=(sudo)
else
    die "These packages are missing; have an administrator run: apt-get install --no-install-recommends ${missing[*]}"
fi

say "Installing ${missing[*]}"
# Debian makes and starts a cluster of its own with the package, unless it is told not to. Ours is private.
if ! dpkg-query --show postgresql-15 >/dev/null 2>&1 && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    "${elevate[@]}" install -d -m 755 /etc/postgresql-common
    printf 'create_main_cluster = false\n' |
        "${elevate[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
fi
install_missing() {
    "${elevate[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends \
        -o Dpkg::Options::=--force-confold -o Dpkg::Use-Pty=0 "${missing[@]}"
}
# A fresh machine has no package lists yet, and old ones name versions that are gone: once more after an update.
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
if ! install_missing >"$log" 2>&1; then
    "${elevate[@]}" apt-get update --quiet >"$log" 2>&1 || { cat "$log" >&2; die "apt-get update failed."; }
    install_missing >"$log" 2>&1 || { cat "$log" >&2; die "Installing failed: ${missing[*]}"; }
fi
test_environment "${1:-}"
