#include "protocols/hls/ts_segment.h"

#include <utility>

#include "formats/fmp4/fragment_reader.h"
#include "formats/ts/segment.h"
#include "protocols/hls/packager_resource.h"

namespace weir::hls {
namespace {

constexpr int64_t kClockRate = 90'000;

/// Rounded down, without overflow for as long as any stream lasts.
int64_t ClockTicks(int64_t ticks, uint32_t timescale) {
  const int64_t seconds = ticks / timescale;
  const int64_t rest = ticks % timescale;
  return seconds * kClockRate + rest * kClockRate / timescale;
}

ts::Unit UnitOf(const fmp4::SampleView& sample, uint32_t timescale) {
  const auto decode = static_cast<int64_t>(sample.decode_time);
  const int64_t dts = ClockTicks(decode, timescale);
  return {.payload = sample.payload,
          .dts = dts,
          .pts = ClockTicks(decode + sample.composition_offset, timescale),
          .duration = ClockTicks(decode + sample.duration, timescale) - dts,
          .key = sample.sync};
}

}  // namespace

Result<ResourcePtr> MakeTsSegment(const std::vector<TsInput>& inputs, int64_t number) {
  std::vector<ts::ElementaryStream> streams;
  for (const TsInput& input : inputs) {
    ts::ElementaryStream stream{.track = input.track.get()};
    if (input.segment != nullptr) {
      const auto samples = fmp4::ReadFragments(input.segment->bytes.view());
      if (!samples) return tl::unexpected(samples.error());
      stream.units.reserve(samples->size());
      for (const fmp4::SampleView& sample : *samples)
        stream.units.push_back(UnitOf(sample, input.track->timescale()));
    }
    streams.push_back(std::move(stream));
  }
  auto bytes = ts::WriteSegment(streams, number);
  if (!bytes) return tl::unexpected(bytes.error());
  return MakeTs(SharedBytes(std::move(*bytes)));
}

}  // namespace weir::hls
