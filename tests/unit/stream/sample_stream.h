#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "media/frame.h"
#include "media/track.h"
#include "stream/stream_path.h"

namespace weir::stream::test {

inline const StreamPath kPath{.vhost = "default", .app = "app", .name = "stream"};

inline media::Track VideoTrack() {
  media::Track track;
  track.codec = media::CodecId::kH264;
  track.config = SharedBytes(std::string("video"));
  return track;
}

inline media::Track AudioTrack() {
  media::Track track;
  track.id = 1;
  track.codec = media::CodecId::kAac;
  track.config = SharedBytes(std::string("audio"));
  track.sample_rate = 48'000;
  track.channels = 2;
  return track;
}

inline std::shared_ptr<const media::TrackList> AudioAndVideo(std::string run_id = "0") {
  media::TrackList list;
  list.tracks = {VideoTrack(), AudioTrack()};
  list.run = media::Run{.id = std::move(run_id)};
  return std::make_shared<const media::TrackList>(std::move(list));
}

inline std::shared_ptr<const media::TrackList> AudioOnly() {
  media::TrackList list;
  list.tracks = {AudioTrack()};
  return std::make_shared<const media::TrackList>(std::move(list));
}

struct FrameSpec {
  media::TrackId track = 0;
  int64_t dts_ms = 0;
  std::optional<int64_t> mark = std::nullopt;
  size_t size = 100;
};

inline std::shared_ptr<const media::Frame> MakeFrame(const FrameSpec& spec) {
  media::Frame frame;
  frame.track = spec.track;
  frame.dts = frame.pts = FromTicks<1000>(spec.dts_ms);
  frame.key = spec.track == 1 || spec.mark.has_value();
  if (spec.mark) frame.mark = media::SegmentMark{.number = *spec.mark, .utc = {}};
  frame.payload = SharedBytes(std::vector<uint8_t>(spec.size));
  return std::make_shared<const media::Frame>(std::move(frame));
}

/// One second of video and audio from segment `number`'s start: video at 0, 250, ... ms, each
/// followed by its audio; the audio mark comes with the second one.
inline std::vector<std::shared_ptr<const media::Frame>> OneSegment(int64_t number,
                                                                   size_t size = 100) {
  std::vector<std::shared_ptr<const media::Frame>> frames;
  for (int64_t i = 0; i < 4; ++i) {
    const int64_t at = number * 1000 + i * 250;
    frames.push_back(MakeFrame({.track = 0,
                                .dts_ms = at,
                                .mark = i == 0 ? std::optional(number) : std::nullopt,
                                .size = size}));
    frames.push_back(MakeFrame({.track = 1,
                                .dts_ms = at + 10,
                                .mark = i == 1 ? std::optional(number) : std::nullopt,
                                .size = size}));
  }
  return frames;
}

}  // namespace weir::stream::test
