#include "protocols/hls/ts_segment.h"

#include <algorithm>
#include <utility>

#include "formats/fmp4/event_message.h"
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

/// Adds the ID3 tags of a segment but for those that another track brought before.
Status AddTags(const TsInput& input, std::vector<uint32_t>& ids, std::vector<ts::TimedTag>& tags) {
  const auto messages = fmp4::ReadMessages(input.segment->bytes.view());
  if (!messages) return tl::unexpected(messages.error());
  for (const fmp4::MessageView& message : *messages) {
    const bool known = std::find(ids.begin(), ids.end(), message.id) != ids.end();
    if (message.scheme != fmp4::kId3Scheme || known) continue;
    ids.push_back(message.id);
    tags.push_back({.pts = ClockTicks(static_cast<int64_t>(message.time), message.timescale),
                    .tag = message.data});
  }
  return {};
}

}  // namespace

Result<ResourcePtr> MakeTsSegment(const std::vector<TsInput>& inputs, int64_t number) {
  std::vector<ts::ElementaryStream> streams;
  std::vector<uint32_t> ids;
  std::vector<ts::TimedTag> tags;
  for (const TsInput& input : inputs) {
    ts::ElementaryStream stream{.track = input.track.get()};
    if (input.segment != nullptr) {
      const auto samples = fmp4::ReadFragments(input.segment->bytes.view());
      if (!samples) return tl::unexpected(samples.error());
      stream.units.reserve(samples->size());
      for (const fmp4::SampleView& sample : *samples)
        stream.units.push_back(UnitOf(sample, input.track->timescale()));
      if (Status added = AddTags(input, ids, tags); !added) return tl::unexpected(added.error());
    }
    streams.push_back(std::move(stream));
  }
  std::stable_sort(tags.begin(), tags.end(),
                   [](const auto& one, const auto& other) { return one.pts < other.pts; });
  auto bytes = ts::WriteSegment(streams, number, tags);
  if (!bytes) return tl::unexpected(bytes.error());
  return MakeTs(SharedBytes(std::move(*bytes)));
}

}  // namespace weir::hls
