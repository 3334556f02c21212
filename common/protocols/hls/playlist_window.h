#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "formats/m3u8/media_playlist.h"

namespace weir::hls {

/// What all segments of one run have in common in one rendition's playlist.
struct PlaylistRun {
  struct Targets {
    std::chrono::seconds duration{0};
    std::chrono::microseconds part{0};
    std::chrono::microseconds part_hold_back{0};
  };

  std::string map_uri;
  int64_t discontinuity_sequence = 0;
  Targets targets;
  size_t segment_count = 0;
  /// Its playlists are long enough for deltas to pay. Not looked up in what is listed, so that the
  /// offer does not come and go with the lengths of single segments.
  bool offers_deltas = false;
};

/// What stands at the start of a segment.
struct SegmentStart {
  UtcTime utc{};
  std::optional<m3u8::Cue> cue{};
  std::vector<m3u8::DateRange> date_ranges{};
};

/// The segments one rendition lists now, over all runs, and those that have left it lately.
///
/// Target durations are the largest of the runs listed, so that they hold for all segments.
class PlaylistWindow {
 public:
  /// Segment `number` begins. Where it does not follow on the newest one, within one run or a few
  /// runs on, all that is listed leaves at once.
  void Open(int64_t number, const PlaylistRun& run, SegmentStart start);

  /// To the open segment.
  void AddPart(m3u8::Part part);

  /// The open segment is whole; it is as long as its parts. Returns its length.
  std::chrono::microseconds Close(std::string uri);

  /// The open segment will never be whole.
  void CloseAsGap(std::string uri, std::chrono::microseconds length);

  /// The segment after the newest one never came. Nothing is open.
  void AddGap(const PlaylistRun& run, std::string uri, std::chrono::microseconds length);

  /// No segment will follow.
  void End() { ended_ = true; }

  bool empty() const { return listed_.empty(); }

  /// The newest one, which is closed, as the playlist has it but for its parts.
  m3u8::Segment Newest() const;

  /// What stands in the playlist now. The result is good until the next change.
  m3u8::MediaPlaylist Now() const;

  /// Segments that left the playlist so long ago that they may be forgotten: at least three
  /// segments, and three target durations of stream. Each is told once.
  std::vector<int64_t> TakeExpired();

  /// Forgets every segment; returns those not told as expired yet.
  std::vector<int64_t> Clear();

 private:
  struct Listed {
    int64_t number = 0;
    PlaylistRun::Targets targets;
    m3u8::Segment segment;
    std::shared_ptr<const std::string> lines{};  ///< Once it is whole: without parts.
  };

  struct Departed {
    int64_t number = 0;
    int64_t closed = 0;                 ///< closed_ when it left.
    std::chrono::microseconds time{0};  ///< time_ when it left.
  };

  bool Follows(int64_t number, const PlaylistRun& run) const;
  void List(int64_t number, const PlaylistRun& run);
  void FinishNewest(std::string uri, std::chrono::microseconds length);
  void DropOldest();
  void Refresh();
  size_t CountOld() const;

  std::deque<Listed> listed_;  ///< The last may be open.
  bool open_ = false;
  PlaylistRun::Targets targets_;                  ///< The largest of those listed.
  size_t old_count_ = 0;                          ///< Segments beyond the skip boundary,
  std::shared_ptr<const m3u8::SharedLines> old_;  ///< and their lines.
  size_t segment_count_ = 0;
  bool offers_deltas_ = false;
  bool ended_ = false;
  int64_t closed_ = 0;                 ///< Segments so far.
  std::chrono::microseconds time_{0};  ///< Their length.
  std::deque<Departed> departed_;
};

}  // namespace weir::hls
