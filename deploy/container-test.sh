#!/bin/bash
# Builds the images for real and runs their processes, without any registry and without a container engine:
#   deploy/container-test.sh [--binaries DIR]
# Base images are made with debootstrap from the machine's own Debian mirror, images with buildah, and processes are started with
# `buildah run`. --binaries takes release executables (with --static-swift-stdlib) that are built already. Needs root.
set -euo pipefail
deploy="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
. "$deploy/lib.sh"

binaries=
while [ $# -gt 0 ]; do
    case "$1" in
    --binaries)
        binaries="$2"
        shift 2
        ;;
    *) die "Unknown option $1." ;;
    esac
done
is_root || die "Run this as root: debootstrap and buildah need it."
for package in buildah debootstrap jq curl; do
    dpkg-query --show "$package" >/dev/null 2>&1 || DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends "$package"
done

if [ -z "$binaries" ]; then
    (cd "$sinergi_root" && swift build --configuration release --static-swift-stdlib >&2)
    binaries="$(cd "$sinergi_root" && swift build --configuration release --static-swift-stdlib --show-bin-path)"
fi

work="$(mktemp -d -t sinergi-image.XXXXXX)"
chmod 711 "$work"
# A storage of its own: nothing of the machine's images is touched, and all of it goes away.
storage=(--root "$work/storage" --runroot "$work/storage-run")
pids=()
clean_up() {
    trap - EXIT
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
    buildah "${storage[@]}" rm --all >/dev/null 2>&1 || true
    umount "$work"/storage/overlay/*/merged "$work/storage/overlay" 2>/dev/null || true
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

say "== Base image, with debootstrap"
mirror="$(grep -rhoE 'https?://[^ ]+/debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null | grep -v snapshot | head -n 1 | tr -d ' ' || true)"
debootstrap --variant=minbase bookworm "$work/base" "${mirror:-http://deb.debian.org/debian}" >"$work/debootstrap.log" 2>&1 ||
    { tail -n 5 "$work/debootstrap.log"; die "debootstrap failed."; }
rm -rf "$work/base/var/cache/apt/archives"/*.deb "$work/base/var/lib/apt/lists"/*
base="$(buildah "${storage[@]}" from scratch)"
buildah "${storage[@]}" copy --quiet "$base" "$work/base" / >/dev/null
buildah "${storage[@]}" commit --quiet "$base" localhost/sinergi-base >/dev/null
buildah "${storage[@]}" rm "$base" >/dev/null
rm -rf "$work/base"

say "== Images, with buildah"
context="$work/context"
mkdir -p "$context/deploy/image"
cp -r "$deploy/Dockerfile" "$deploy/health.sh" "$deploy/postgres" "$context/deploy/"
for name in intake routing notification analytics sinergi media-worker; do
    cp "$binaries/$name" "$context/deploy/image/"
    strip --strip-debug "$context/deploy/image/$name"
done
cp -r "$binaries"/*.resources "$context/deploy/image/"
for target in sinergi postgres mail; do
    buildah "${storage[@]}" bud --isolation chroot --ulimit nproc=32768:32768 --ulimit nofile=20000:20000 --format docker --quiet \
        --build-arg BUILD_STAGE=prebuilt --build-arg RUNTIME_IMAGE=localhost/sinergi-base --build-arg SWIFT_IMAGE=localhost/sinergi-base \
        --target "$target" --tag "localhost/$target" --file "$context/deploy/Dockerfile" "$context" >"$work/$target.log" 2>&1 ||
        { tail -n 20 "$work/$target.log"; die "Building the image '$target' failed."; }
    say "$target: $(buildah "${storage[@]}" images --format '{{.Size}}' "localhost/$target")"
done

say "== Processes, in containers of these images"
offset="$("$python" -c "
import sys; sys.path.insert(0, '$sinergi_root/Tests/EndToEndTests')
from instance_under_test import free_offset
print(free_offset())")"
database_port="$(free_port)"
password="$(random_word 24)"
names=(postgres mail gateway platform)
for node in ppu kukar host; do for service in intake routing notification analytics; do names+=("$node-$service"); done; done
hosts=()
for name in "${names[@]}"; do hosts+=(--add-host "$name:127.0.0.1"); done # chroot isolation shares the machine's network
mkdir -p "$work/settings" "$work/gateway" "$work/data" "$work/mail"

# One process in a container of its own: run_in IMAGE NAME [VARIABLE=value …] -- COMMAND …
run_in() {
    local image="$1" name="$2" container variables=() uid=
    shift 2
    while [ "$1" != -- ]; do
        variables+=(--env "$1")
        shift
    done
    shift
    container="$(buildah "${storage[@]}" from "${hosts[@]}" "localhost/$image")"
    case "$image" in # the volumes of docker-compose.yml
    postgres) uid="$(container_uid "$container" postgres)" && chown "$uid" "$work/data" && chmod 700 "$work/data" &&
        variables+=(--volume "$work/data:/var/lib/postgresql/data") ;;
    mail) uid="$(container_uid "$container" mailsink)" && chown "$uid" "$work/mail" && variables+=(--volume "$work/mail:/mail") ;;
    sinergi) chown 10001 "$work/settings" "$work/gateway" &&
        variables+=(--volume "$work/settings:/settings" --volume "$work/gateway:/gateway") ;;
    esac
    exec buildah "${storage[@]}" run --isolation chroot "${variables[@]}" "$container" -- "$@"
}
container_uid() { buildah "${storage[@]}" run --isolation chroot --user root "$1" -- id -u "$2"; }
start() { # the same, in the background
    run_in "$@" >"$work/$2.log" 2>&1 &
    pids+=($!)
}
await() { # WHAT COMMAND …: until it succeeds
    local what="$1"
    shift
    for _ in $(seq 300); do
        if "$@" >/dev/null 2>&1; then return; fi
        sleep 0.2
    done
    tail -n 5 "$work"/*.log
    die "$what: not within a minute."
}

start postgres postgres "POSTGRES_PASSWORD=$password" "PGPORT=$database_port" -- /usr/local/bin/entrypoint.sh
await PostgreSQL "$postgres_bin/pg_isready" -q -h 127.0.0.1 -p "$database_port"
(run_in sinergi prepare "SINERGI_ADMIN_DATABASE_URL=postgresql://sinergi_super:$password@postgres:$database_port/sinergi" -- \
    sinergi demo prepare --home /settings --containers --port-offset "$offset") >"$work/prepare.log" 2>&1 ||
    { tail -n 10 "$work/prepare.log"; die "prepare failed in its container."; }
start mail mail -- /usr/bin/python3 -m aiosmtpd -n -l "127.0.0.1:$((8025 + offset))" -c aiosmtpd.handlers.Mailbox /mail
start sinergi gateway -- sinergi demo gateway --port $((8026 + offset)) --directory /gateway
start sinergi platform SINERGI_CONFIG=/settings/nodes/platform.json -- sinergi platform
declare -A base=([ppu]=8081 [kukar]=8091 [host]=8101)
for node in ppu kukar host; do
    number=0
    for service in intake routing notification analytics; do
        port=$((base[$node] + number + offset))
        start sinergi "$node-$service" "SINERGI_CONFIG=/settings/nodes/$node.json" "SINERGI_HEALTH_PORT=$port" -- "$service" serve
        number=$((number + 1))
    done
done
for node in ppu kukar host; do
    for number in 0 1 2 3; do
        await "$node, service $number" curl -sf "http://127.0.0.1:$((base[$node] + number + offset))/readyz"
    done
done
say "All twelve services are ready."

say "== One complaint, from container to container"
intake="http://127.0.0.1:$((8081 + offset))"
receipt="$(curl -sS --fail-with-body "$intake/v1/complaints" -H 'Content-Type: application/json' \
    -d '{"description": "Lampu jalan poros Samboja Barat mati tiga minggu.", "category": "lighting.street", "lat": -1.00, "long": 116.95}')"
code="$(jq -r .tracking_code <<<"$receipt")" key="$(jq -r .access_key <<<"$receipt")"
offered() {
    curl -sf -H "Authorization: Bearer $key" "$intake/v1/complaints/$code" | jq -e '[.steps[].event] | index("handoff_offered")'
}
await "the offer to KUKAR" offered
for pid in $(pgrep -f '^(intake|routing|notification|analytics) serve$'); do
    [ "$(readlink "/proc/$pid/root" 2>/dev/null)" = / ] || [ "$(stat -c %u "/proc/$pid")" = 10001 ] || die "Process $pid is not the image's user."
done
say "$code was offered to KUKAR. The images work."
