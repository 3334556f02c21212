#!/usr/bin/env bash
# Builds one preset into build/<preset>: scripts/build.sh [release|debug|asan|tsan] [TARGET...]
set -euo pipefail
cd "$(dirname "$0")/.."
preset="${1:-release}"
[ $# -gt 0 ] && shift
case "$preset" in
  release|debug) scripts/deps.sh ;;
  asan|tsan) scripts/deps.sh test ;;
  *) echo "build: there is no preset '$preset': release, debug, asan or tsan" >&2; exit 2 ;;
esac
# g++ writes paths into precompiled headers' dependencies that ccache must be told to overlook.
export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
log="build/$preset.configure.log"
mkdir -p build
cmake --preset "$preset" > "$log" 2>&1 || { cat "$log" >&2; exit 1; }
cmake --build --preset "$preset" ${1:+--target "$@"}
