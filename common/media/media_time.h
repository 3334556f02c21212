#pragma once

#include <chrono>
#include <cstdint>
#include <ratio>

namespace weir {

/// A point on a stream's own clock, or a span of it.
///
/// One tick is 1/705,600,000 s, which every clock rate of ours divides: 1 kHz (FLV), 90 kHz (TS,
/// RTP video), 44.1 and 48 kHz (audio), 24, 25, 30 and 30000/1001 frames a second. So converting
/// from any of them and back is exact, and wall-clock types do not convert to it by accident.
using MediaTime = std::chrono::duration<int64_t, std::ratio<1, 705'600'000>>;

template <int64_t Rate>
constexpr MediaTime FromTicks(int64_t ticks) {
  static_assert(MediaTime::period::den % Rate == 0, "this clock rate would round");
  return MediaTime(ticks * (MediaTime::period::den / Rate));
}

/// Rounds toward zero where `time` did not come from a clock of this rate.
template <int64_t Rate>
constexpr int64_t ToTicks(MediaTime time) {
  static_assert(MediaTime::period::den % Rate == 0, "this clock rate would round");
  return time.count() / (MediaTime::period::den / Rate);
}

/// For a clock rate that is only known at run time, such as an audio track's. `rate` must divide
/// MediaTime's own (IsExactRate), which every sampling rate of AAC and Opus does.
constexpr bool IsExactRate(uint32_t rate) {
  return rate != 0 && MediaTime::period::den % rate == 0;
}

constexpr MediaTime FromTicks(int64_t ticks, uint32_t rate) {
  return MediaTime(ticks * (MediaTime::period::den / rate));
}

constexpr int64_t ToTicks(MediaTime time, uint32_t rate) {
  return time.count() / (MediaTime::period::den / rate);
}

constexpr double ToSeconds(MediaTime time) {
  return static_cast<double>(time.count()) / static_cast<double>(MediaTime::period::den);
}

}  // namespace weir
