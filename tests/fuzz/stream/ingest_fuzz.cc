#include <cstdint>
#include <map>
#include <span>

#include "base/byte_reader.h"
#include "base/check.h"
#include "base/log.h"
#include "stream/ingest_pipeline.h"
#include "support/manual_executor.h"

namespace weir::stream {
namespace {

/// Aborts where what comes out is not a sound stream.
class StrictSink final : public media::MediaSink {
 public:
  void OnTracks(std::shared_ptr<const media::TrackList> tracks) override {
    WEIR_CHECK(tracks->run.has_value());
    WEIR_CHECK(!tracks_ || tracks->run->first_number > last_number_);
    tracks_ = std::move(tracks);
    begun_.clear();
  }

  void OnFrame(std::shared_ptr<const media::Frame> frame) override {
    WEIR_CHECK(tracks_ && tracks_->Find(frame->track) != nullptr);
    WEIR_CHECK(frame->pts >= frame->dts && frame->duration > MediaTime(0));
    const auto last = last_.find(frame->track);
    WEIR_CHECK(last == last_.end() || frame->dts > last->second);
    last_[frame->track] = frame->dts;
    if (frame->mark) {
      begun_[frame->track] = true;
      last_number_ = std::max(last_number_, frame->mark->number);
    }
    WEIR_CHECK(begun_[frame->track]);
  }

  void OnEnd(media::EndReason) override {}

 private:
  std::shared_ptr<const media::TrackList> tracks_;
  std::map<media::TrackId, MediaTime> last_;
  std::map<media::TrackId, bool> begun_;
  int64_t last_number_ = -1;
};

/// Tracks 0 (video) and 1 (AAC or Opus), as the bits of `choice` say.
std::shared_ptr<const media::TrackList> TracksOf(uint8_t choice) {
  media::TrackList list;
  if ((choice & 1) != 0) {
    media::Track& video = list.tracks.emplace_back();
    video.config = SharedBytes(std::string(1, static_cast<char>('a' + (choice >> 6))));
    if ((choice & 8) != 0) video.frame_duration = FromTicks<90'000>(3003);
  }
  if ((choice & 2) != 0) {
    media::Track& audio = list.tracks.emplace_back();
    audio.id = 1;
    audio.codec = (choice & 4) != 0 ? media::CodecId::kOpus : media::CodecId::kAac;
    audio.sample_rate = (choice & 16) != 0 ? 44'100 : 48'000;
    if ((choice & 32) != 0) audio.frame_duration = FromTicks(1024, audio.sample_rate);
  }
  return std::make_shared<const media::TrackList>(std::move(list));
}

/// Milliseconds since the last frame: usual ones mostly, and any at times.
int64_t StepOf(ByteReader& reader, uint8_t choice) {
  if ((choice & 0x20) == 0) return (choice & 1) != 0 ? 21 : 33;
  if ((choice & 0x40) == 0) return static_cast<int8_t>(reader.U8());
  return static_cast<int32_t>(reader.U32());
}

}  // namespace
}  // namespace weir::stream

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weir;          // NOLINT(google-build-using-namespace): a program of one function.
  using namespace weir::stream;  // NOLINT(google-build-using-namespace)
  log::Configure(log::Level::kError, log::Format::kText);
  weir::test::ManualExecutor writer;
  RunLedger ledger({}, writer);
  StrictSink sink;
  UtcTime now{std::chrono::seconds(1'700'000'000)};
  uint64_t dice = 0;
  IngestPipeline pipeline(
      {.segment_duration = std::chrono::seconds(1)},
      {.utc = [&] { return now; }, .random = [&] { return ++dice; }, .ledger = ledger},
      {.vhost = "default", .app = "app", .name = "fuzz"}, sink);

  ByteReader reader(std::span(data, size));
  int64_t wire[2] = {0, 0};
  while (reader.ok() && reader.remaining() > 0) {
    const uint8_t choice = reader.U8();
    if (choice == 0xff) {
      pipeline.OnTracks(TracksOf(reader.U8()));
      continue;
    }
    if (choice == 0xfe) {
      pipeline.OnGap();
      continue;
    }
    media::Frame frame;
    frame.track = choice & 1;
    frame.key = (choice & 2) != 0;
    wire[frame.track] += StepOf(reader, choice);
    frame.dts = FromTicks<1000>(wire[frame.track]);
    frame.pts = frame.dts + FromTicks<1000>((choice & 4) != 0 ? reader.U8() : 0);
    frame.payload = SharedBytes(std::vector<uint8_t>((choice & 8) != 0 ? 3 : 1, choice));
    now += std::chrono::milliseconds((choice & 16) != 0 ? 15 : 40);
    pipeline.OnFrame(std::make_shared<const media::Frame>(std::move(frame)));
  }
  pipeline.OnEnd(media::EndReason::kFinished);
  const IngestPipeline::Stats& stats = pipeline.stats();
  WEIR_CHECK(stats.frames_in == stats.frames_out + stats.frames_unplayable + stats.frames_untimely);
  return 0;
}
