#!/usr/bin/env bash
# Runs one fuzz target for WEIR_FUZZ_SECONDS (10): scripts/fuzz.sh TARGET FOLDER
#
# Leaves what it says in FOLDER/<target>.out, and its exit status in FOLDER/<target>.status. Inputs
# found are for this run only; seeds worth keeping are committed by hand.
set -uo pipefail
cd "$(dirname "$0")/.."
target=$1
folder=$2
name=$(basename "$target")
what=${name%_fuzz}
found="$folder/$name.corpus"
mkdir -p "$found"
ASAN_OPTIONS=allocator_may_return_null=1 "$target" \
  -max_total_time="${WEIR_FUZZ_SECONDS:-10}" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
  -artifact_prefix="$(dirname "$target")/../" "$found" "tests/fuzz/corpus/${what%%_*}/${what#*_}" \
  > "$folder/$name.out" 2>&1
echo $? > "$folder/$name.status"
