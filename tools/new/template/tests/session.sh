#!/bin/sh
# session.sh PATCHBAY RELEASE: starts a host, talks to it, stops it.
set -eu
patchbay=$1
release=$2
data=$(mktemp -d)
export PATCHBAY_DATA="$data/host"
: >"$data/ready"
"$patchbay" start "$release" --allow-unsigned >"$data/ready" 2>"$data/log" &
host=$!
trap 'kill $host 2>/dev/null || true; wait $host 2>/dev/null || true; rm -rf "$data"' EXIT
until grep -q ready "$data/ready"; do
  kill -0 $host || { cat "$data/log" >&2; exit 1; }
done

expect() { # EXPECTED COMMAND…
  expected=$1
  shift
  got=$("$@")
  [ "$got" = "$expected" ] || { echo "expected $expected, got $got: $*" >&2; exit 1; }
}
expect 1 "$patchbay" call @name@ bump '{"by": 1}'
expect 6 "$patchbay" call @name@ bump '{"by": 5}'
expect 6 "$patchbay" call @name@ total
