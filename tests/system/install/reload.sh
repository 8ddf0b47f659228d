#!/bin/sh
# reload.sh PATCHBAY PROJECT BUILD: `r shop` with a real build. New processes start in the changed code, running ones keep theirs until upgraded,
# and a source that does not compile changes nothing.
set -eu
patchbay=$1
project=$2
build=$3
data=$(mktemp -d)
export PATCHBAY_DATA="$data/host" PATCHBAY_BUILD="$build"
: >"$data/ready"
"$patchbay" start "$build/releases/shop-1.0.0" --allow-unsigned >"$data/ready" 2>"$data/log" &
host=$!
trap 'kill $host 2>/dev/null || true; wait $host 2>/dev/null || true; rm -rf "$data"' EXIT
until grep -q ready "$data/ready"; do
  kill -0 $host || { cat "$data/log" >&2; exit 1; }
done
type() { "$patchbay" console -c "$1"; }
expect() { # EXPECTED LINE
  got=$(type "$2") || { cat "$data/log" >&2; exit 1; }
  [ "$got" = "$1" ] || { echo "expected $1, got $got: $2" >&2; exit 1; }
}
expect 1 'call shop bump by=1'
cp "$project/shop_server.cpp" "$data/before"
sed 's/s.total += m.by/s.total += 10 * m.by/' "$data/before" >"$project/shop_server.cpp"
type 'r shop'
expect 2 'call shop bump by=1'
type 'start shop/shop_server as second'
expect 10 'call second bump by=1'
type 'r shop --upgrade'
expect 12 'call shop bump by=1'
expect 20 'call second bump by=1'
echo 'this is no C++' >>"$project/shop_server.cpp"
if type 'r shop' 2>"$data/errors"; then
  echo "a source that does not compile was loaded" >&2
  exit 1
fi
grep -q build_failed "$data/errors"
expect 22 'call shop bump by=1'
cp "$data/before" "$project/shop_server.cpp"
