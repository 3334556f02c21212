#!/usr/bin/env bash
# Formats the C++ sources, or with --check says which are not formatted.
set -euo pipefail
cd "$(dirname "$0")/.."
mode=(-i)
[ "${1:-}" = --check ] && mode=(--dry-run -Werror)
git ls-files -z '*.h' '*.cc' | xargs -0 clang-format "${mode[@]}"
