#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/executor.h"
#include "media/media_sink.h"
#include "stream/stream_path.h"
#include "stream/subscription.h"

namespace weir::stream {

/// How much of the past a stream keeps for subscribers who start back in time.
struct BacklogLimits {
  int segments = 12;  ///< Whole segments besides the open one.
  /// Payload, and 256 bytes for each frame; the oldest segments go first. An open segment that
  /// alone is larger is not kept either, so that newcomers start with the next one.
  size_t bytes = size_t{64} << 20;
};

/// The only meeting place of publishers and subscribers: takes frames that a Timeline has marked
/// (at an edge: the origin's) and hands the very same objects to every subscriber on every loop;
/// what is older than the open segment is equal, and packed for keeping (pack_frames.h).
///
/// Thread: belongs to the loop it was made on, `home`; StreamRef is for all others.
class Stream final : public media::MediaSink {
 public:
  struct Stats {
    uint64_t frames = 0;
    uint64_t bytes = 0;
    size_t backlog_bytes = 0;
    int backlog_segments = 0;  ///< Whole ones.
    size_t subscribers = 0;
  };

  Stream(StreamPath path, Executor& home, BacklogLimits limits);
  ~Stream() override;  ///< Subscribers who were not told get OnEnd(kLost).

  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  void OnTracks(std::shared_ptr<const media::TrackList> tracks) override;
  void OnFrame(std::shared_ptr<const media::Frame> frame) override;
  void OnGap() override;
  void OnEnd(media::EndReason reason) override;

  /// Where Inject's events go: what the frames come from, null for nothing. It goes before the
  /// stream, or says so.
  void SetWayIn(media::MediaSink* way_in);

  const StreamPath& path() const;
  StreamRef ref() const;
  Stats stats() const;

 private:
  std::shared_ptr<StreamRef::Anchor> anchor_;
};

}  // namespace weir::stream
