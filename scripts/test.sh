#!/usr/bin/env bash
# Builds and runs every test; the last line is `N passed, N failed`.
#
#   scripts/test.sh             all stages, in order of speed
#   scripts/test.sh STAGE...    some of them
#   scripts/test.sh list        their names
#
#   house    format, floor plan, types of the player page
#   unit     unit and property tests, g++
#   asan     the same, and the fuzz targets for WEIR_FUZZ_SECONDS (10) each, with clang's address
#            and undefined-behaviour sanitizers
#   tsan     those with threads, with the thread sanitizer
#   system   whole programs with real clients and with faults
#   sanitized-system   a part of those, with the sanitizers' builds
set -uo pipefail
cd "$(dirname "$0")/.."

stages=(house unit system asan tsan sanitized-system)
if [ "${1:-}" = list ]; then printf '%s\n' "${stages[@]}"; exit 0; fi
[ $# -gt 0 ] && stages=("$@")

results=$(mktemp -d)
ahead=
trap 'stop_ahead; rm -rf "$results"' EXIT
passed=0
failed=0
skipped=0
failures=()

# check NAME COMMAND...: one test that is a command.
check() {
  local name=$1
  shift
  if "$@" > "$results/out" 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    failures+=("$name")
    echo "FAILED: $name"
    tail -n 60 "$results/out"
  fi
}

# build PRESET: a build that fails is a failed test, and its tests are not run.
build() {
  echo "== building $1"
  local before=$failed
  check "build.$1" scripts/build.sh "$1"
  [ "$failed" -eq "$before" ]
}

# build_ahead PRESET: builds with what the processors have left beside the tests that run now, until
# stop_ahead. Whoever needs the preset builds the rest.
build_ahead() {
  set -m  # a process group of its own, but no session: those share the processors evenly
  chrt --idle 0 scripts/build.sh "$1" > "$results/ahead" 2>&1 < /dev/null &
  ahead=$!
  set +m
}

stop_ahead() {
  [ -n "$ahead" ] || return 0
  kill -- "-$ahead" 2> /dev/null
  wait "$ahead" 2> /dev/null
  local i
  for i in {1..100}; do  # what it had begun is being taken away
    kill -0 -- "-$ahead" 2> /dev/null || break
    sleep 0.1
  done
  ahead=
}

# run_ctest PRESET: adds up what ctest's own report says.
run_ctest() {
  echo "== running the unit tests of $1"
  local report="$results/$1.xml"
  ctest --test-dir "build/$1" -j"$(nproc)" --output-on-failure --output-junit "$report" > "$results/out" 2>&1
  local counts
  counts=$(python3 - "$report" <<'PY'
import sys
import xml.etree.ElementTree as xml
suite = xml.parse(sys.argv[1]).getroot()
cases = list(suite.iter("testcase"))
bad = [case.get("name") for case in cases if case.get("status") == "fail"]
skipped = sum(case.find("skipped") is not None for case in cases)
print(len(cases) - len(bad) - skipped, len(bad), skipped, *bad)
PY
  ) || counts="0 1 0 $1.ctest"
  local good bad left_out names
  read -r good bad left_out names <<< "$counts"
  passed=$((passed + good))
  failed=$((failed + bad))
  skipped=$((skipped + left_out))
  if [ "$bad" -gt 0 ] || [ "$good" -eq 0 ]; then
    [ "$bad" -eq 0 ] && failed=$((failed + 1))
    failures+=("$1: ${names:-no test ran}")
    grep -vE '^ *[0-9]+/[0-9]+ Test .* Passed|^ +Start' "$results/out" | tail -n 120
  fi
}

# run_node BIN_DIR FILE...: the whole-system tests of these files against the programs in BIN_DIR,
# two files at a time: they wait more than they work. But where a browser must play without a stall
# it has the machine for itself.
run_node() {
  local bin=$1 alone=() others=() file
  shift
  for file in "$@"; do
    case $file in
      */play.test.mjs) alone+=("$file") ;;
      *) others+=("$file") ;;
    esac
  done
  echo "== running the system tests with $bin"
  local taps="$results/tap"
  rm -rf "$taps"
  mkdir "$taps"
  run_files() {
    WEIR_BIN_DIR="$PWD/$bin" xargs -r -P "$1" -I '{}' \
      sh -c 'node --test --test-reporter=tap "$1" > "$2/$(basename "$1").tap" 2>&1' - '{}' "$taps"
  }
  [ "${#alone[@]}" -eq 0 ] || printf '%s\n' "${alone[@]}" | run_files 1
  is_to_come asan && build_ahead asan
  [ "${#others[@]}" -eq 0 ] || printf '%s\n' "${others[@]}" | run_files 2
  stop_ahead
  local tap good bad
  for tap in "$taps"/*.tap; do
    good=$(sed -n 's/^# pass //p' "$tap" | tail -n 1)
    bad=$(sed -n 's/^# fail //p' "$tap" | tail -n 1)
    passed=$((passed + ${good:-0}))
    failed=$((failed + ${bad:-1}))
    if [ "${bad:-1}" -gt 0 ] || [ "${good:-0}" -eq 0 ]; then
      failures+=("$(basename "$tap" .tap) with $bin")
      awk '/^ *not ok/ { shown = 1 } shown { print } /^ *\.\.\.$/ { shown = 0 }' "$tap"
      tail -n 10 "$tap"
    fi
  done
}

# is_to_come STAGE: whether it stands behind the stage that runs now.
is_to_come() {
  case " ${to_come[*]:-} " in
    *" $1 "*) return 0 ;;
    *) return 1 ;;
  esac
}

stage_house() {
  check house.format scripts/format.sh --check
  check house.layers scripts/check_layers.py
  check house.player_types npx --no-install tsc --noEmit -p web
}

stage_unit() {
  build release && run_ctest release
}

stage_asan() {
  build asan || return
  run_ctest asan
  echo "== fuzzing"
  printf '%s\n' build/asan/bin/*_fuzz | xargs -P "$(nproc)" -I '{}' scripts/fuzz.sh '{}' "$results/fuzz"
  local target
  for target in build/asan/bin/*_fuzz; do
    check "fuzz.$(basename "$target" _fuzz)" said "$results/fuzz/$(basename "$target")"
  done
}

# said NAME: what a command that ran before wrote to NAME.out, and its exit status from NAME.status.
said() {
  cat "$1.out"
  return "$(cat "$1.status")"
}

stage_tsan() {
  export TSAN_OPTIONS="suppressions=$PWD/tests/tsan_suppressions"
  build tsan && run_ctest tsan
}

stage_system() {
  build release && run_node build/release/bin tests/system/*.test.mjs
}

stage_sanitized-system() {
  local preset
  for preset in asan tsan; do
    build "$preset" && run_node "build/$preset/bin" tests/system/{ingest,relay}*.test.mjs
  done
}

scripts/deps.sh test || exit 1
to_come=("${stages[@]}")
for stage in "${stages[@]}"; do
  to_come=("${to_come[@]:1}")
  started=$SECONDS
  echo "=== $stage"
  "stage_$stage"
  echo "=== $stage took $((SECONDS - started)) s: $passed passed, $failed failed so far"
done

for name in "${failures[@]:-}"; do [ -n "$name" ] && echo "failed: $name"; done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
