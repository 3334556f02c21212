#!/usr/bin/env bash
# An origin, an edge and a test picture on this machine; prints where to watch.
#
#   scripts/demo.sh               until Ctrl-C
#   scripts/demo.sh --seconds N   N seconds; exit 0 only if the stream was seen to play
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=0
while [ $# -gt 0 ]; do
  case "$1" in
    --seconds) seconds="${2:?--seconds needs a number}"; shift 2 ;;
    *) echo "demo: unknown option '$1'" >&2; exit 2 ;;
  esac
done

scripts/build.sh release weir-origin weir-edge

work=$(mktemp -d)
pids=()
finish() {
  trap - EXIT INT TERM
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap finish EXIT
trap 'finish; exit 0' INT TERM

fail() {
  echo "demo: $1" >&2
  for log in origin edge encoder; do
    [ -s "$work/$log.log" ] && { echo "--- $log" >&2; tail -n 15 "$work/$log.log" >&2; }
  done
  exit 1
}

# until_ok SECONDS WHAT COMMAND...: tries until the command succeeds.
until_ok() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    for pid in "${pids[@]}"; do kill -0 "$pid" 2>/dev/null || fail "a program ended while waiting for $what"; done
    [ "$SECONDS" -lt "$deadline" ] || fail "waited too long for $what"
    sleep 0.2
  done
}

build/release/bin/weir-origin --config conf/origin.xml --data "$work/origin" > "$work/origin.log" 2>&1 &
pids+=($!)
build/release/bin/weir-edge --config conf/edge.xml --data "$work/edge" > "$work/edge.log" 2>&1 &
pids+=($!)
until_ok 15 "the origin to be ready" curl -fs http://127.0.0.1:8081/readyz
until_ok 15 "the edge to be ready" curl -fs http://127.0.0.1:8083/readyz

# The wall clock is burned into the picture, so that the delay can be seen.
ffmpeg -hide_banner -loglevel error -nostdin -re \
  -f lavfi -i "testsrc2=size=1280x720:rate=30,drawtext=text='%{gmtime\:%H\\\\\:%M\\\\\:%S}.%{eif\:mod(t*1000\,1000)\:d\:3}':fontsize=72:fontcolor=white:box=1:boxcolor=black@0.6:boxborderw=16:x=(w-tw)/2:y=h-140" \
  -f lavfi -i "sine=frequency=440:beep_factor=4:sample_rate=48000" \
  -c:v libx264 -preset veryfast -tune zerolatency -pix_fmt yuv420p -b:v 2M -g 60 -keyint_min 60 -sc_threshold 0 \
  -c:a aac -b:a 128k -f flv rtmp://127.0.0.1:1935/app/stream > "$work/encoder.log" 2>&1 &
pids+=($!)

playlist=http://127.0.0.1:3333/app/stream/llhls.m3u8
until_ok 20 "the first playlist" curl -fs "$playlist"
cat <<TEXT

  Watch      http://127.0.0.1:3333/?stream=app/stream
  Playlist   $playlist
  Publish    rtmp://127.0.0.1:1935/app/NAME   (OBS: server rtmp://127.0.0.1:1935/app, stream key NAME)

TEXT

if [ "$seconds" -eq 0 ]; then
  echo "Ctrl-C stops everything."
  wait -n "${pids[@]}" || true
  fail "a program ended by itself"
fi

# A real player has to decode real seconds of it.
watch=$((seconds > 12 ? 8 : seconds > 4 ? seconds - 3 : 1))
started=$SECONDS
ffmpeg -hide_banner -loglevel error -nostdin -i "$playlist" -t "$watch" -progress "$work/progress" -f null - \
  > "$work/player.log" 2>&1 || { cat "$work/player.log" >&2; fail "the stream did not play"; }
frames=$(sed -n 's/^frame=//p' "$work/progress" | tail -n 1)
[ "${frames:-0}" -ge $((watch * 20)) ] || fail "only ${frames:-0} frames in $watch s of playing"
echo "demo: played $frames frames in $watch s"
while [ $((SECONDS - started)) -lt "$seconds" ]; do
  for pid in "${pids[@]}"; do kill -0 "$pid" 2>/dev/null || fail "a program ended by itself"; done
  sleep 0.5
done
echo "demo: ok"
