#include "media/frame_rate.h"

#include <cmath>

namespace weir::media {
namespace {

constexpr uint64_t kFramesPerSecondMax = 240;
/// Of the fields that the codecs have for it, times the few ticks that make a frame.
constexpr uint64_t kTermMax = uint64_t{1} << 34;
/// Between 29.97 and 30000/1001, or 23.98 and 24000/1001, there is less; to 30 there is more.
constexpr double kRateTolerance = 0.005;

}  // namespace

MediaTime FrameDurationAt(uint64_t frames, uint64_t seconds) {
  constexpr uint64_t kTicks = MediaTime::period::den;
  if (frames == 0 || seconds == 0 || frames > kTermMax || seconds > kTermMax) return MediaTime(0);
  if (frames < seconds || frames > seconds * kFramesPerSecondMax) return MediaTime(0);
  if (seconds * kTicks % frames != 0) return MediaTime(0);
  return MediaTime(static_cast<int64_t>(seconds * kTicks / frames));
}

MediaTime FrameDurationAt(double frames_per_second) {
  if (!(frames_per_second >= 1 && frames_per_second <= kFramesPerSecondMax)) return MediaTime(0);
  const double whole = std::round(frames_per_second);
  const auto frames = static_cast<uint64_t>(whole);
  if (std::abs(frames_per_second - whole) < kRateTolerance) return FrameDurationAt(frames, 1);
  if (std::abs(frames_per_second - whole * 1000 / 1001) < kRateTolerance)
    return FrameDurationAt(frames * 1000, 1001);
  return MediaTime(0);
}

}  // namespace weir::media
