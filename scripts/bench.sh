#!/usr/bin/env bash
# Measures: scripts/bench.sh [ingest|relay|latency...]; all of them without a name.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/build.sh release weir-origin weir-edge weir-load
if ! dpkg-query -W -f='${Status}' libnginx-mod-rtmp 2>/dev/null | grep -q 'install ok installed'; then
  echo "bench: installing nginx with its RTMP module, to compare with"
  as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  # Only the program is wanted, not a server that runs by itself.
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
    -o Dpkg::Options::=--force-confold nginx-light libnginx-mod-rtmp
fi
exec node tests/bench/bench.mjs "$@"
