#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <tuple>

#include "base/clock.h"
#include "media/media_sink.h"

namespace weir::pull {

/// Gives what the relay brings to a publication, in the words of a publisher.
///
/// The other origin's Timeline has cut the stream, and the publication's pipeline will cut it anew:
/// runs, marks, part lengths and playlists are left out. What a mark says of the wall clock goes
/// with every frame instead (IngestPipeline::OnFrame), so that programme times stay those of the
/// first origin, however much of the past comes in one go. Payloads, composition offsets and codec
/// configurations stay as they are. Events leave their frames and are told once, right before the
/// first frame that has them.
///
/// Thread: one loop.
class Republish {
 public:
  static std::shared_ptr<const media::TrackList> Tracks(const media::TrackList& tracks);

  void Frame(const media::Frame& frame, UtcTime now, media::MediaSink& to);

  /// What comes next is of another publication: its events count anew, and so do its times.
  void Reset();

 private:
  /// When something in the stream was taken in by the first origin.
  struct Anchor {
    MediaTime pts{0};
    UtcTime utc{};
  };

  using EventKey = std::tuple<media::Event::Kind, uint32_t, bool>;

  void Tell(const media::Event& event, const media::Frame& frame, media::MediaSink& to);

  std::optional<Anchor> anchor_;
  std::deque<EventKey> told_;  ///< The newest ones.
};

}  // namespace weir::pull
