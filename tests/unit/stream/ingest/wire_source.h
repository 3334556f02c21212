#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <random>
#include <vector>

#include "media/frame.h"
#include "media/track.h"

namespace weir::stream::test {

/// A frame as an encoder sends it, and the instant it stands for.
struct WireFrame {
  std::shared_ptr<const media::Frame> frame;
  double at = 0;  ///< Seconds since the encoder began: also when it arrives.
};

struct WireSpec {
  int64_t fps_num = 30;
  int64_t fps_den = 1;
  int gop = 60;  ///< Frames; 0: no key frame at all.
  bool b_frames = false;
  bool video = true;
  bool audio = true;
  uint32_t sample_rate = 48'000;
  double seconds = 20;
  int64_t start_ms = 0;  ///< Wire time of the first frame.
  int jitter_ms = 0;     ///< Of each frame, either way.
  uint32_t seed = 1;
};

inline media::TrackList TracksOf(const WireSpec& spec) {
  media::TrackList list;
  if (spec.video) {
    media::Track& track = list.tracks.emplace_back();
    track.codec = media::CodecId::kH264;
    track.config = SharedBytes(std::string("video"));
  }
  if (spec.audio) {
    media::Track& track = list.tracks.emplace_back();
    track.id = 1;
    track.codec = media::CodecId::kAac;
    track.config = SharedBytes(std::string("audio"));
    track.sample_rate = spec.sample_rate;
    track.channels = 2;
  }
  return list;
}

inline std::shared_ptr<const media::TrackList> Shared(media::TrackList list) {
  return std::make_shared<const media::TrackList>(std::move(list));
}

/// Millisecond wire times, as FLV has them, of an encoder with a perfect clock.
inline std::vector<WireFrame> MakeWire(const WireSpec& spec) {
  std::vector<WireFrame> wire;
  std::mt19937 random(spec.seed);
  std::uniform_int_distribution<int64_t> jitter(-spec.jitter_ms, spec.jitter_ms);
  const auto add = [&](media::TrackId track, double at, double shown_after, bool key) {
    const int64_t moved = spec.start_ms + jitter(random);
    media::Frame frame;
    frame.track = track;
    frame.dts = FromTicks<1000>(std::llround(at * 1000) + moved);
    frame.pts = FromTicks<1000>(std::llround((at + shown_after) * 1000) + moved);
    frame.key = key;
    frame.payload = SharedBytes(std::vector<uint8_t>(track == 0 ? 400 : 40));
    wire.push_back({std::make_shared<const media::Frame>(std::move(frame)), at});
  };
  const double period = static_cast<double>(spec.fps_den) / static_cast<double>(spec.fps_num);
  if (spec.video) {
    for (int64_t i = 0; static_cast<double>(i) * period < spec.seconds; ++i) {
      // Decoding order I P B B P B B ...: shown 1, 3, 0 and 0 frames after being decoded.
      const int64_t in_gop = spec.gop > 0 ? i % spec.gop : i + 1;
      const int64_t frames = !spec.b_frames ? 0 : in_gop == 0 ? 1 : in_gop % 3 == 1 ? 3 : 0;
      add(0, static_cast<double>(i) * period, static_cast<double>(frames) * period, in_gop == 0);
    }
  }
  const double samples = 1024.0 / spec.sample_rate;
  if (spec.audio)
    for (int64_t i = 0; static_cast<double>(i) * samples < spec.seconds; ++i)
      add(1, static_cast<double>(i) * samples, 0, true);
  std::stable_sort(wire.begin(), wire.end(),
                   [](const WireFrame& a, const WireFrame& b) { return a.at < b.at; });
  return wire;
}

/// The same with its wire times changed: `change` takes and returns milliseconds.
template <class Change>
WireFrame Retimed(const WireFrame& wire, Change change) {
  media::Frame frame = *wire.frame;
  const MediaTime offset = frame.pts - frame.dts;
  frame.dts = FromTicks<1000>(change(ToTicks<1000>(frame.dts)));
  frame.pts = frame.dts + offset;
  return {std::make_shared<const media::Frame>(std::move(frame)), wire.at};
}

}  // namespace weir::stream::test
