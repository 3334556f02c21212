#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/guarded.h"
#include "base/worker_thread.h"
#include "media/media_sink.h"
#include "net/event_loop.h"
#include "origin/record/finish_queue.h"
#include "origin/record/recorder.h"
#include "stream/subscription.h"

namespace weir::record {

/// One recording at work: takes a stream's frames on a loop, and has them written on a thread of
/// its own, so that a disk is waited for by nobody else. Frames wait in a queue bounded in bytes; a
/// disk that falls further behind ends the file with an error. After an error the recording goes on
/// with a new file, after a wait that grows from try to try.
///
/// Thread: the loop's.
class Recording final : private media::MediaSink {
 public:
  enum class State {
    kReady,  ///< There is no stream, or no key frame yet.
    kRecording,
    kError,  ///< Nothing is written; it will be tried again.
  };

  struct Status {
    State state = State::kReady;
    std::string reason{};  ///< Of an error.
    RecorderProgress progress{};
  };

  struct Options {
    size_t queue_bytes = size_t{64} << 20;
    std::function<double()> random;  ///< For the waits.
  };

  /// `on_changed` is called when the state changes, or a file begins or ends. `finishing` outlives
  /// it.
  Recording(net::EventLoop& loop, FinishQueue& finishing, RecorderSetup setup, Options options,
            std::function<void()> on_changed);

  /// Closes what is open, and waits for that: End first, where nobody may wait.
  ~Recording() override;

  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

  /// Takes the frames of `stream` from the segment on that is open now, unless it does already, or
  /// another stream that has not ended.
  void Follow(const stream::StreamRef& stream);

  /// Whether there is a stream to take frames of.
  bool following() const { return subscription_ != nullptr; }

  /// Tries again after an error, where it is time. Call it every second.
  void Look(Clock::time_point now);

  Status status() const;

  /// Takes no more frames and closes what is open, the last file where `last`; `done` is called
  /// from a later turn, when it may be destroyed without a wait.
  void End(bool last, std::function<void()> done);

 private:
  struct Shared {
    std::atomic<size_t> queued{0};
    Guarded<RecorderProgress> progress;
  };

  // media::MediaSink.
  void OnTracks(std::shared_ptr<const media::TrackList> tracks) override;
  void OnFrame(std::shared_ptr<const media::Frame> frame) override;
  void OnEnd(media::EndReason reason) override;

  /// Runs `work` with the recorder on the worker, which then says how far it is.
  void Work(std::function<weir::Status(Recorder&)> work, std::function<void()> done = {});
  void OnFailed(const Error& error);
  void OnProgress();

  net::EventLoop& loop_;
  const Options options_;
  const std::function<void()> on_changed_;
  const std::string name_;
  const bool ends_with_stream_;  // of a stream map
  Backoff backoff_;
  std::unique_ptr<stream::Subscription> subscription_;
  stream::StreamRef stream_;
  std::optional<Error> error_;
  Clock::time_point retry_at_{};
  const std::shared_ptr<Shared> shared_;
  const std::shared_ptr<const bool> alive_;  // Known weakly to what is posted to the loop.
  Recorder recorder_;                        // The worker's.
  WorkerThread worker_;                      // Goes first.
};

}  // namespace weir::record
