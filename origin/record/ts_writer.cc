#include "origin/record/ts_writer.h"

#include <utility>

namespace weir::record {
namespace {

constexpr uint32_t kClock = 90'000;

int64_t TicksOf(MediaTime time) {
  constexpr MediaTime kHalf(MediaTime::period::den / kClock / 2);
  return ToTicks<kClock>(time + kHalf);
}

}  // namespace

Result<std::unique_ptr<TsWriter>> TsWriter::Open(int fd, const std::vector<media::Track>& tracks) {
  for (const media::Track& track : tracks) {
    if (track.codec == media::CodecId::kAv1)
      return Fail(ErrorCode::kUnsupported, "MPEG-TS has no place for AV1");
  }
  std::unique_ptr<TsWriter> writer(new TsWriter(fd));
  auto muxer = AvMuxer::Open({.container = Container::kTs}, tracks, writer->output_);
  if (!muxer) return tl::unexpected(muxer.error());
  writer->muxer_ = *std::move(muxer);
  return writer;
}

Status TsWriter::Write(size_t track, const media::Frame& frame, MediaTime shift) {
  return muxer_->Write({.track = track,
                        .dts = TicksOf(frame.dts + shift),
                        .pts = TicksOf(frame.pts + shift),
                        .duration = TicksOf(frame.duration),
                        .key = frame.key,
                        .payload = frame.payload.view()});
}

Status TsWriter::Flush() {
  return muxer_->Flush();
}

}  // namespace weir::record
