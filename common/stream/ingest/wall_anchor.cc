#include "stream/ingest/wall_anchor.h"

#include <algorithm>
#include <chrono>

namespace weir::stream {
namespace {

using std::chrono::microseconds;

constexpr microseconds kSlewMax = std::chrono::milliseconds(1);
constexpr microseconds kBehind = std::chrono::seconds(2);
constexpr int kBehindSegments = 3;

microseconds Micros(MediaTime time) {
  return std::chrono::floor<microseconds>(time);
}

}  // namespace

void WallAnchor::Set(MediaTime time, UtcTime arrival) {
  zero_ = arrival - Micros(time);
}

bool WallAnchor::Follow(MediaTime time, UtcTime arrival) {
  const microseconds off = arrival - At(time);
  behind_ = off >= kBehind ? behind_ + 1 : 0;
  const bool step = behind_ >= kBehindSegments;
  if (step) behind_ = 0;
  *zero_ += step ? off : std::clamp(off, -kSlewMax, kSlewMax);
  return step;
}

UtcTime WallAnchor::At(MediaTime time) const {
  return *zero_ + Micros(time);
}

}  // namespace weir::stream
