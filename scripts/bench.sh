#!/usr/bin/env bash
# Measures: scripts/bench.sh [ingest|relay|latency|edge|parked|push|viewers|api|cdn...]; all of them without a name.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/build.sh release weir-origin weir-edge weir-load
# To compare with, to sit in front, and to make load.
packages=(nginx-light libnginx-mod-rtmp varnish wrk nghttp2-client)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
  echo "bench: installing ${missing[*]}"
  as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  # Only the programs are wanted, not servers that run by themselves.
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -q --no-install-recommends \
    -o Dpkg::Options::=--force-confold "${missing[@]}"
fi
exec node tests/bench/bench.mjs "$@"
