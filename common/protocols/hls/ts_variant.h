#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "formats/m3u8/media_playlist.h"
#include "protocols/hls/published.h"
#include "protocols/hls/ts_segment.h"

namespace weir::hls {

/// Rendition ids with this bit are of MPEG-TS: the rest is the id of the main track.
inline constexpr media::TrackId kTsRendition = 0x8000'0000;

/// One choice of quality as MPEG-TS has it, over all runs: a video track with a sound track, or
/// sound alone. It has the main track's segments, with its numbers, and publishes each once both
/// tracks have closed it, to be made when it is asked for.
///
/// Where one of them is a gap, it is one. Sound that is two segments late is left out, for then it
/// has stopped.
class TsVariant {
 public:
  /// `key` is the ChunklistKey of the stream. Both outlive it.
  TsVariant(const std::string& key, media::TrackId main, PublishedSink& sink);

  /// What is not complete never will be.
  void EndRun();

  /// What follows belongs to `run`. EndRun came before.
  void StartRun(std::shared_ptr<const media::TrackList> run, std::optional<media::TrackId> audio);

  /// Of any track.
  void OnSegment(const SegmentClosed& segment);

  /// Of the main track.
  void OnExpired(int64_t number);

  /// No segment will follow.
  void Conclude();

  media::TrackId main() const { return main_; }

  /// What segment `number` of `run` is made of; empty where there is none.
  std::vector<TsInput> InputsOf(const std::string& run, int64_t number) const;

 private:
  /// A segment that both tracks' events are awaited for.
  struct Pending {
    std::optional<SegmentClosed> main;
    std::optional<SegmentClosed> audio;
  };

  /// A segment of the playlist.
  struct Listed {
    int64_t number = 0;
    std::string run;
    std::chrono::seconds target_duration{0};
    m3u8::Segment segment;
  };

  /// A segment that can be made.
  struct Made {
    std::shared_ptr<const media::TrackList> run;
    std::optional<media::TrackId> audio;
    ResourcePtr main_media;
    ResourcePtr audio_media;
  };

  bool IsComplete(const Pending& pending) const;
  void PublishUpTo(int64_t number);
  void Publish(int64_t number, const Pending& pending);
  void List(int64_t number, const m3u8::Segment& entry, bool gap);
  void Tell(int64_t number, bool gap);
  m3u8::MediaPlaylist Playlist() const;

  const std::string& key_;
  const media::TrackId main_;
  PublishedSink& sink_;
  std::shared_ptr<const media::TrackList> run_;
  std::optional<media::TrackId> audio_;
  std::map<int64_t, Pending> pending_;
  std::optional<int64_t> last_;  // published
  std::deque<Listed> listed_;
  std::map<int64_t, Made> made_;
  bool ended_ = false;
};

}  // namespace weir::hls
