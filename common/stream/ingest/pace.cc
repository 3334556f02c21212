#include "stream/ingest/pace.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>

namespace weir::stream {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr size_t kTimesMax = 4096;
/// A longer step is a break, not a frame that is missing.
constexpr MediaTime kStepMax = seconds(3);
/// Rounding to milliseconds moves times by less than one, either way.
constexpr MediaTime kRounding = FromTicks<20'000>(21);
constexpr MediaTime kSpreadMax = milliseconds(9);
/// How much better than the declared rate another must fit to be believed.
constexpr MediaTime kDoubt = FromTicks<2'000>(1);
constexpr size_t kTimesMin = 4;

constexpr MediaTime PeriodOf(int64_t frames, int64_t in_seconds) {
  return MediaTime((MediaTime::period::den * in_seconds + frames / 2) / frames);
}

constexpr std::array kUsualPeriods = {
    PeriodOf(24'000, 1001), PeriodOf(24, 1),  PeriodOf(25, 1),         PeriodOf(30'000, 1001),
    PeriodOf(30, 1),        PeriodOf(48, 1),  PeriodOf(50, 1),         PeriodOf(60'000, 1001),
    PeriodOf(60, 1),        PeriodOf(100, 1), PeriodOf(120'000, 1001), PeriodOf(120, 1),
    PeriodOf(5, 1),         PeriodOf(10, 1),  PeriodOf(12, 1),         PeriodOf(25, 2),
    PeriodOf(15'000, 1001), PeriodOf(15, 1),  PeriodOf(20, 1)};

/// How far apart the offsets of `times` from a lattice of `period` lie; nothing where too many of
/// its points are without a frame.
std::optional<MediaTime> Spread(std::span<const MediaTime> times, MediaTime period) {
  MediaTime lowest = times[0];
  MediaTime highest = times[0];
  int64_t points = 0;
  for (size_t i = 1; i < times.size(); ++i) {
    const MediaTime step = times[i] - times[i - 1];
    const bool missing = step > period * 3 / 2 + milliseconds(3);
    points += missing ? (step + period / 2) / period : 1;
    const MediaTime offset = times[i] - period * points;
    lowest = std::min(lowest, offset);
    highest = std::max(highest, offset);
  }
  const int64_t missing = points - static_cast<int64_t>(times.size() - 1);
  if (missing * 8 > points) return std::nullopt;
  return highest - lowest;
}

/// The same around whatever straight line the times follow: what no rate could better by much.
MediaTime OwnSpread(std::span<const MediaTime> times) {
  const double count = static_cast<double>(times.size());
  double sum_i = 0;
  double sum_t = 0;
  double sum_it = 0;
  double sum_ii = 0;
  for (size_t i = 0; i < times.size(); ++i) {
    const double x = static_cast<double>(i);
    const double t = static_cast<double>((times[i] - times[0]).count());
    sum_i += x;
    sum_t += t;
    sum_it += x * t;
    sum_ii += x * x;
  }
  const double slope = (count * sum_it - sum_i * sum_t) / (count * sum_ii - sum_i * sum_i);
  const auto period = MediaTime(static_cast<int64_t>(slope));
  if (period <= MediaTime(0)) return kSpreadMax;
  return Spread(times, period).value_or(kSpreadMax);
}

MediaTime MedianStep(std::span<const MediaTime> times) {
  std::vector<MediaTime> steps;
  steps.reserve(times.size() - 1);
  for (size_t i = 1; i < times.size(); ++i)
    steps.push_back(times[i] - times[i - 1]);
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  std::nth_element(steps.begin(), middle, steps.end());
  return *middle;
}

struct Fit {
  MediaTime period{0};
  MediaTime spread{0};
};

class Fitter {
 public:
  explicit Fitter(std::span<const MediaTime> times)
      : times_(times), median_(MedianStep(times)), own_spread_(OwnSpread(times)) {}

  std::optional<Fit> Try(MediaTime period) const {
    // Millisecond times of 120 frames a second have a median of 8 for 8.33.
    if (abs(period - median_) > period / 5 + milliseconds(1)) return std::nullopt;
    const std::optional<MediaTime> spread = Spread(times_, period);
    if (!spread || *spread > std::min(kSpreadMax, period * 9 / 10)) return std::nullopt;
    if (*spread > own_spread_ + kRounding) return std::nullopt;
    return Fit{period, *spread};
  }

  /// The fits among the usual rates, the best first.
  std::vector<Fit> Usual() const {
    std::vector<Fit> fits;
    for (const MediaTime period : kUsualPeriods)
      if (const auto fit = Try(period)) fits.push_back(*fit);
    std::sort(fits.begin(), fits.end(),
              [](const Fit& a, const Fit& b) { return a.spread < b.spread; });
    return fits;
  }

  /// The best among whole numbers of frames a second, where it leaves no doubt.
  std::optional<Fit> Whole() const {
    std::optional<Fit> best;
    for (int64_t rate = 1; rate <= 240; ++rate) {
      const auto fit = Try(PeriodOf(rate, 1));
      if (fit && fit->spread <= kRounding && (!best || fit->spread < best->spread)) best = fit;
    }
    return best;
  }

 private:
  std::span<const MediaTime> times_;
  MediaTime median_;
  MediaTime own_spread_;
};

bool IsSure(const std::vector<Fit>& fits) {
  if (fits.size() < 2) return true;
  const MediaTime second = fits[1].spread;
  return fits[0].spread <= kRounding ? second > kRounding
                                     : second > fits[0].spread + milliseconds(1);
}

}  // namespace

void PaceTimes::Add(MediaTime dts) {
  if (!current_.empty()) {
    const MediaTime step = dts - current_.back();
    if (step < MediaTime(0) || step > kStepMax) {
      if (current_.size() > best_.size()) best_ = current_;
      current_.clear();
    }
  }
  if (current_.size() < kTimesMax) current_.push_back(dts);
}

void PaceTimes::Clear() {
  *this = {};  // Gives the memory back, too.
}

Pace LearnVideoPace(std::span<const MediaTime> times, MediaTime declared) {
  if (times.size() < kTimesMin) return {.frame_duration = declared, .sure = false};
  const Fitter fitter(times);
  const std::vector<Fit> usual = fitter.Usual();
  if (declared > MediaTime(0)) {
    const std::optional<Fit> fit = fitter.Try(declared);
    if (fit && (usual.empty() || fit->spread <= usual.front().spread + kDoubt))
      return {.frame_duration = declared, .sure = true};
  }
  if (!usual.empty()) return {.frame_duration = usual.front().period, .sure = IsSure(usual)};
  if (const std::optional<Fit> fit = fitter.Whole())
    return {.frame_duration = fit->period, .sure = true};
  return {.frame_duration = MediaTime(0), .sure = true};
}

bool CouldBePace(std::span<const MediaTime> times, MediaTime frame_duration) {
  if (times.size() < 2) return true;
  const std::optional<MediaTime> spread = Spread(times, frame_duration);
  return spread && *spread <= frame_duration;
}

MediaTime LearnAudioPace(std::span<const MediaTime> times, const media::Track& track) {
  const MediaTime declared = track.frame_duration;
  if (times.size() < kTimesMin || !IsExactRate(track.sample_rate)) return declared;
  const MediaTime mean = (times.back() - times.front()) / static_cast<int64_t>(times.size() - 1);
  if (declared > MediaTime(0) && abs(mean - declared) <= declared / 4) return declared;
  // RFC 6716, 2.1.4, in samples of 48 kHz; AAC without and with spectral band replication.
  constexpr std::array<int64_t, 6> kOpusSamples = {120, 240, 480, 960, 1920, 2880};
  constexpr std::array<int64_t, 2> kAacSamples = {1024, 2048};
  std::span<const int64_t> lengths = kAacSamples;
  if (track.codec == media::CodecId::kOpus) lengths = kOpusSamples;
  for (const int64_t samples : lengths) {
    const MediaTime period = FromTicks(samples, track.sample_rate);
    if (abs(mean - period) <= period / 8) return period;
  }
  return declared;
}

}  // namespace weir::stream
