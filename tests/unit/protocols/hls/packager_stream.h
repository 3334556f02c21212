#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "media/frame.h"
#include "media/frame_rate.h"
#include "media/media_sink.h"
#include "media/track.h"

namespace weir::hls::testing {

using FramePtr = std::shared_ptr<const media::Frame>;
using TracksPtr = std::shared_ptr<const media::TrackList>;

inline constexpr media::TrackId kVideo = 0;
inline constexpr media::TrackId kAudio = 1;

/// How a made-up stream looks.
struct Shape {
  uint32_t seed = 1;
  uint64_t rate = 30'000;  ///< Video: `rate` frames in `scale` seconds.
  uint64_t scale = 1'001;
  int gop = 60;      ///< Frames from key frame to key frame.
  int b_frames = 2;  ///< Between two others.
  uint32_t sample_rate = 48'000;
  bool video = true;
  bool audio = true;
  int segment_seconds = 2;
  int segment_count = 4;
  MediaTime part = std::chrono::milliseconds(500);
  double jitter = 0;  ///< Of each dts, in frame lengths, up or down.
  double holes = 0;   ///< Chance of each frame to be missing, if it is no key frame.
  int64_t first_number = 1'000;
  std::string run = "0123456789abcdef";
  int64_t discontinuity_sequence = 3;
  MediaTime start = std::chrono::seconds(5);
};

inline MediaTime FrameLength(const Shape& shape) {
  return media::FrameDurationAt(shape.rate, shape.scale);
}

/// Whole frames that reach `part`, as the Timeline rounds it.
inline MediaTime PartTarget(MediaTime part, MediaTime frame) {
  return std::max<int64_t>(1, (part + frame * 9 / 10) / frame) * frame;
}

inline TracksPtr TracksOf(const Shape& shape) {
  media::TrackList list{.tracks = {}, .run = media::Run{}};
  const MediaTime video_frame = FrameLength(shape);
  const MediaTime audio_frame = FromTicks(1024, shape.sample_rate);
  const SharedBytes config(std::vector<uint8_t>{1, 2, 3, 4});
  if (shape.video) {
    list.tracks.push_back({.id = kVideo,
                           .codec = media::CodecId::kH264,
                           .config = config,
                           .codec_string = "avc1.64001f",
                           .bitrate = 2'000'000,
                           .frame_duration = video_frame,
                           .part_target = PartTarget(shape.part, video_frame),
                           .width = 1280,
                           .height = 720});
  }
  if (shape.audio) {
    list.tracks.push_back({.id = kAudio,
                           .codec = media::CodecId::kAac,
                           .config = config,
                           .codec_string = "mp4a.40.2",
                           .bitrate = 128'000,
                           .frame_duration = audio_frame,
                           .part_target = PartTarget(shape.part, audio_frame),
                           .sample_rate = shape.sample_rate,
                           .channels = 2});
  }
  const double gop = shape.gop * ToSeconds(video_frame);
  double segment = shape.segment_seconds;
  if (shape.video) segment = std::ceil(shape.segment_seconds / gop - 1e-9) * gop;
  list.run->id = shape.run;
  list.run->first_number = shape.first_number;
  list.run->discontinuity_sequence = shape.discontinuity_sequence;
  list.run->target_duration = std::chrono::seconds(static_cast<int64_t>(std::ceil(segment + 0.1)));
  list.run->segment_duration = std::chrono::seconds(shape.segment_seconds);
  list.run->segment_count = shape.segment_count;
  return std::make_shared<const media::TrackList>(std::move(list));
}

/// Makes frames with the marks a Timeline would set, in the order of their dts.
class StreamMaker {
 public:
  explicit StreamMaker(Shape shape) : shape_(shape), random_(shape.seed) {}

  std::vector<FramePtr> Make(double seconds) {
    const MediaTime end =
        shape_.start +
        MediaTime(static_cast<int64_t>(seconds * static_cast<double>(MediaTime::period::den)));
    std::vector<media::Frame> frames;
    if (shape_.video) AddVideo(end, frames);
    if (shape_.audio) AddAudio(end, frames);
    std::stable_sort(frames.begin(), frames.end(),
                     [](const auto& a, const auto& b) { return a.dts < b.dts; });
    Mark(frames);
    std::vector<FramePtr> made;
    for (media::Frame& frame : frames)
      made.push_back(std::make_shared<const media::Frame>(std::move(frame)));
    return made;
  }

 private:
  double Chance() { return std::uniform_real_distribution<double>(0, 1)(random_); }

  SharedBytes Payload(size_t size) {
    std::vector<uint8_t> bytes(size);
    for (uint8_t& byte : bytes)
      byte = static_cast<uint8_t>(random_());
    return SharedBytes(std::move(bytes));
  }

  void AddVideo(MediaTime end, std::vector<media::Frame>& frames) {
    const MediaTime length = FrameLength(shape_);
    MediaTime last{-1};
    for (int64_t i = 0; shape_.start + i * length < end; ++i) {
      const bool key = i % shape_.gop == 0;
      if (!key && Chance() < shape_.holes) continue;
      media::Frame frame{
          .track = kVideo, .key = key, .mark = {}, .payload = Payload(20 + random_() % 200)};
      const MediaTime exact = shape_.start + i * length;
      const auto shift = static_cast<int64_t>((2 * Chance() - 1) * shape_.jitter *
                                              static_cast<double>(length.count()));
      frame.dts = std::max(exact + MediaTime(shift), last + MediaTime(1));
      last = frame.dts;
      // One that others are predicted from is decoded before, and shown after its B-frames.
      const bool reference = i % (shape_.b_frames + 1) == 0;
      const int64_t delay = shape_.b_frames == 0 ? 0 : (reference ? shape_.b_frames + 1 : 0);
      frame.pts = std::max(exact + delay * length, frame.dts);
      frame.duration = length;
      frames.push_back(std::move(frame));
    }
  }

  void AddAudio(MediaTime end, std::vector<media::Frame>& frames) {
    const MediaTime length = FromTicks(1024, shape_.sample_rate);
    for (int64_t i = 0; shape_.start + i * length < end; ++i) {
      const MediaTime dts = shape_.start + i * length;
      frames.push_back({.track = kAudio,
                        .dts = dts,
                        .pts = dts,
                        .duration = length,
                        .key = true,
                        .mark = {},
                        .payload = Payload(10 + random_() % 20)});
    }
  }

  void Mark(std::vector<media::Frame>& frames) const {
    const MediaTime target = std::chrono::seconds(shape_.segment_seconds);
    const media::TrackId leader = shape_.video ? kVideo : kAudio;
    std::optional<MediaTime> segment;
    int64_t number = shape_.first_number - 1;
    int64_t audio_number = number;
    for (media::Frame& frame : frames) {
      if (frame.track == leader && frame.key && (!segment || frame.dts >= *segment + target)) {
        segment = frame.dts;
        frame.mark = MarkOf(++number, frame);
      } else if (frame.track != leader && audio_number < number && frame.dts >= *segment) {
        audio_number = number;
        frame.mark = MarkOf(number, frame);
      }
    }
  }

  static media::SegmentMark MarkOf(int64_t number, const media::Frame& frame) {
    constexpr std::chrono::seconds kEpoch(1'768'132'800);
    return {
        .number = number,
        .utc = UtcTime(kEpoch + std::chrono::duration_cast<std::chrono::microseconds>(frame.pts))};
  }

  const Shape shape_;
  std::mt19937 random_;
};

inline std::vector<FramePtr> FramesOf(const Shape& shape, double seconds) {
  return StreamMaker(shape).Make(seconds);
}

/// Tells `sink` what a subscriber is told who starts with segment `number`: each track from its own
/// mark of it on.
inline void Play(const std::vector<FramePtr>& frames, int64_t number, media::MediaSink& sink) {
  std::vector<media::TrackId> begun;
  bool leader_begun = false;
  for (const FramePtr& frame : frames) {
    const bool has = std::find(begun.begin(), begun.end(), frame->track) != begun.end();
    if (!has) {
      if (!frame->mark || frame->mark->number < number) continue;
      begun.push_back(frame->track);
      leader_begun = true;
    }
    if (leader_begun) sink.OnFrame(frame);
  }
}

inline void PlayAll(const std::vector<FramePtr>& frames, media::MediaSink& sink) {
  for (const FramePtr& frame : frames)
    sink.OnFrame(frame);
}

/// Where the first frame of `track` with mark `number` stands.
inline size_t IndexOfMark(const std::vector<FramePtr>& frames, media::TrackId track,
                          int64_t number) {
  const auto found = std::find_if(frames.begin(), frames.end(), [&](const FramePtr& frame) {
    return frame->track == track && frame->mark && frame->mark->number == number;
  });
  return static_cast<size_t>(found - frames.begin());
}

}  // namespace weir::hls::testing
