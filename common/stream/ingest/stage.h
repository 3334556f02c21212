#pragma once

#include <algorithm>
#include <optional>

#include "base/clock.h"
#include "media/media_sink.h"

namespace weir::stream {

/// A frame inside the pipeline: still its own, so that each stage can change it.
struct ArrivedFrame {
  media::Frame frame;
  UtcTime arrival;  ///< When it came in, however long it was held since.
};

/// The tracks as far as they are known, and what was learnt beside.
struct IngestTracks {
  media::TrackList list;
  MediaTime key_distance{0};  ///< Between key frames of the main track; zero is unknown.
};

/// One step of the ingest pipeline. Thread: the pipeline's loop.
class IngestStage {
 public:
  virtual ~IngestStage() = default;
  virtual void OnTracks(IngestTracks tracks) = 0;
  virtual void OnFrame(ArrivedFrame arrived) = 0;
  virtual void OnEnd(media::EndReason reason) = 0;
};

/// The track that decides where segments begin: the first video, or where there is none the first
/// of all.
inline std::optional<media::TrackId> MainTrackOf(const media::TrackList& list) {
  if (list.tracks.empty()) return std::nullopt;
  const auto video = std::find_if(
      list.tracks.begin(), list.tracks.end(),
      [](const media::Track& track) { return track.kind() == media::MediaKind::kVideo; });
  return video == list.tracks.end() ? list.tracks.front().id : video->id;
}

}  // namespace weir::stream
