#include "protocols/hls/cut_options.h"

#include <cmath>

namespace weir::hls {
namespace {

using std::chrono::milliseconds;

/// OvenMediaEngine writes durations as seconds with a fraction.
Result<milliseconds> ReadSeconds(const config::Node& node, std::string_view child,
                                 milliseconds fallback, milliseconds min, milliseconds max) {
  const auto seconds = [](milliseconds time) { return static_cast<double>(time.count()) / 1'000; };
  const auto number = node.Number(child, seconds(fallback), seconds(min), seconds(max));
  if (!number) return tl::unexpected(number.error());
  return milliseconds(std::llround(*number * 1'000));
}

}  // namespace

Result<CutOptions> ReadCutOptions(const config::Node& llhls) {
  CutOptions options;
  const auto count = llhls.Integer("SegmentCount", options.segment_count, 3, 1'000);
  if (!count) return tl::unexpected(count.error());
  options.segment_count = static_cast<int>(*count);
  const auto segment = ReadSeconds(llhls, "SegmentDuration", options.segment_duration,
                                   milliseconds(500), milliseconds(60'000));
  if (!segment) return tl::unexpected(segment.error());
  options.segment_duration = *segment;
  const auto chunk = ReadSeconds(llhls, "ChunkDuration", options.chunk_duration, milliseconds(100),
                                 milliseconds(10'000));
  if (!chunk) return tl::unexpected(chunk.error());
  options.chunk_duration = *chunk;
  const auto hold_back = ReadSeconds(llhls, "PartHoldBack", options.part_hold_back, milliseconds(0),
                                     milliseconds(60'000));
  if (!hold_back) return tl::unexpected(hold_back.error());
  options.part_hold_back = *hold_back;
  const auto hint = llhls.Flag("EnablePreloadHint", options.preload_hint);
  if (!hint) return tl::unexpected(hint.error());
  options.preload_hint = *hint;
  if (*chunk > *segment) return llhls.Wrong("ChunkDuration is longer than SegmentDuration");
  return options;
}

}  // namespace weir::hls
