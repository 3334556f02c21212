#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>

#include "media/frame.h"
#include "media/track.h"

namespace weir::relay {

/// Lets a stream's frames through from a segment start on: every track begins with the frame that
/// bears its mark.
///
/// Closed, it opens at the next video mark (or at the next mark of a stream without video); the
/// other tracks follow at their marks of that segment or a later one. It starts open.
class SegmentGate {
 public:
  void OnTracks(const media::TrackList& tracks);

  /// To open at the next segment start.
  void Close();

  /// To open at the first segment whose number is at least `number`.
  void CloseUntil(int64_t number);

  /// Whether `frame`, the next of its stream, goes through.
  bool Passes(const media::Frame& frame);

 private:
  bool Leads(media::TrackId track) const;

  std::map<media::TrackId, media::MediaKind> kinds_;
  bool has_video_ = false;
  bool closing_ = false;             ///< Some track waits, or will once it is described.
  std::set<media::TrackId> closed_;  ///< Who waits for its mark.
  std::optional<int64_t> at_least_;  ///< Number of the segment to open at, once it is known.
};

}  // namespace weir::relay
