#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/shared_bytes.h"
#include "media/codec_id.h"
#include "media/media_time.h"
#include "media/playlist.h"
#include "media/track_id.h"
#include "media/video_range.h"

namespace weir::media {

/// One elementary stream: all that a receiver must know to decode and announce it.
struct Track {
  TrackId id = 0;
  CodecId codec = CodecId::kH264;
  /// The codec's own configuration record, as MP4 carries it in the box named here: H.264 avcC,
  /// H.265 hvcC, AV1 av1C, AAC AudioSpecificConfig (inside esds), Opus dOps. Without box header.
  SharedBytes config;
  /// RFC 6381, for CODECS: "avc1.64001f", "mp4a.40.2", ...
  std::string codec_string;
  /// Bits per second, measured or declared at the source; 0 is unknown.
  int64_t bitrate = 0;
  /// Length of a usual frame: one period of the frame rate, or 1024 samples of AAC. Zero where
  /// the rate is not constant or not known.
  MediaTime frame_duration{0};
  /// Longest part of this track's playlist (EXT-X-PART-INF). Constant for a run; set by the
  /// Timeline.
  MediaTime part_target{0};

  uint32_t width = 0;  ///< Video: pixels as shown.
  uint32_t height = 0;
  VideoRange range = VideoRange::kSdr;

  uint32_t sample_rate = 0;  ///< Audio: Hz. Opus is always 48000.
  uint32_t channels = 0;

  MediaKind kind() const { return KindOf(codec); }

  /// Ticks per second of this track in MP4: 90,000 for video, the sampling rate for audio.
  uint32_t timescale() const { return kind() == MediaKind::kVideo ? 90'000 : sample_rate; }
};

/// What the origin's Timeline decided for one run: a stretch of a stream with unchanged tracks.
///
/// Every edge gets the same values, so that all of them build the same bytes.
struct Run {
  /// Stands in the name of every init, segment and part, so that none of them ever changes:
  /// 16 lower-case hexadecimal digits.
  std::string id;
  /// Of the run's first segment. Numbers go up by one per segment; over all runs of a stream
  /// they never go back.
  int64_t first_number = 0;
  /// How many runs of this stream came before (EXT-X-DISCONTINUITY-SEQUENCE of its first segment).
  int64_t discontinuity_sequence = 0;
  /// EXT-X-TARGETDURATION: no segment of this run, rounded to seconds, is longer.
  std::chrono::seconds target_duration{0};
  /// Length that segments aim at: a mark is set at the first key frame at or after it.
  MediaTime segment_duration{0};
  /// How many whole segments a playlist lists.
  int segment_count = 0;
  /// How far behind the live edge players are told to stay (PART-HOLD-BACK), where that is more
  /// than the three parts that are the least.
  MediaTime part_hold_back{0};
  bool preload_hint = true;  ///< Playlists name the part that comes next.
};

/// The tracks of a stream. `run`, and playlists, are there once a Timeline has seen them, and not
/// before.
struct TrackList {
  std::vector<Track> tracks;
  std::optional<Run> run;
  std::vector<Playlist> playlists{};  ///< Those configured, besides the one that has all tracks.

  const Track* Find(TrackId id) const {
    for (const Track& track : tracks)
      if (track.id == id) return &track;
    return nullptr;
  }
};

}  // namespace weir::media
