#!/usr/bin/env bash
# Installs what is needed from Debian 12 and npm, and nothing that is there already.
#
#   scripts/deps.sh          to build and to run the demo
#   scripts/deps.sh test     to run the tests as well
set -euo pipefail
cd "$(dirname "$0")/.."

build=(g++ cmake ninja-build pkg-config ccache git ca-certificates python3
  libuv1-dev libnghttp2-dev libssl-dev zlib1g-dev libspdlog-dev libfmt-dev libexpected-dev libpugixml-dev
  libboost-dev libmsgpack-cxx-dev nlohmann-json3-dev prometheus-cpp-dev node-llhttp libsqlite3-dev libhiredis-dev libsrt-openssl-dev
  libavformat-dev libavcodec-dev
  libgtest-dev libgmock-dev ffmpeg curl openssl)
test=(clang libclang-rt-14-dev clang-format chromium iproute2 procps haproxy varnish nginx-light
  redis-server)

packages=("${build[@]}")
[ "${1:-}" = test ] && packages+=("${test[@]}")
# A node of another origin than Debian's brings its own npm; do not put a second one beside it.
command -v node >/dev/null || packages+=(nodejs)
command -v npm >/dev/null || packages+=(npm)

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
  echo "deps: installing ${missing[*]}"
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "deps: run as root, or install sudo" >&2; exit 1; }
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -q
  # RUNLEVEL: only the programs are wanted, not servers that run by themselves.
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -q --no-install-recommends "${missing[@]}"
fi

if [ ! -e node_modules/.weir-lock ] || ! cmp -s package-lock.json node_modules/.weir-lock; then
  echo "deps: npm packages"
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  cp package-lock.json node_modules/.weir-lock
fi
