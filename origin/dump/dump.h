#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/result.h"
#include "origin/dump/dump_disk.h"
#include "origin/dump/dump_files.h"
#include "origin/dump/dump_spec.h"
#include "origin/dump/held_segments.h"
#include "protocols/hls/published.h"
#include "stream/stream_path.h"

namespace weir::dump {

/// One dump at work: takes what a packager publishes, and has it written on a worker, so that a
/// disk is waited for by nobody else. What waits is bounded in bytes; a disk that falls further
/// behind ends the dump, as any error does.
///
/// It begins with the newest segment that all tracks have, once there is one, and ends with the
/// stream, with its playlists being concluded, or when it is told to.
///
/// Thread: its stream's loop.
class Dump final : public hls::PublishedSink {
 public:
  struct Setup {
    stream::StreamPath stream{};
    DumpSpec spec{};
    std::unique_ptr<DumpDisk> disk{};
    std::function<UtcTime()> utc{};  ///< Called on the worker.
    size_t queue_bytes = size_t{64} << 20;
    int64_t segments_max = 200'000;  ///< Of all tracks together.
  };

  /// Each is called once, on the worker or on the loop.
  struct Listener {
    std::function<void(Status)> opened;                ///< Its folders are there, or cannot be.
    std::function<void(std::optional<Error>)> ending;  ///< It takes no more; an error: why not.
    std::function<void(Status)> done;  ///< Nothing more is written; whether the end was.
  };

  /// `worker` outlives it.
  Dump(Setup setup, Executor& worker, Listener listener);
  ~Dump() override;  ///< As Stop.

  Dump(const Dump&) = delete;
  Dump& operator=(const Dump&) = delete;

  /// Takes no more, and has the end written.
  void Stop() { Finish(std::nullopt); }

  // hls::PublishedSink
  void OnRunOpened(const hls::RunOpened& opened) override;

  void OnPart(const hls::PartAdded& /*part*/) override {}

  void OnSegment(const hls::SegmentClosed& segment) override;

  void OnExpired(const hls::SegmentExpired& /*expired*/) override {}

  void OnEnd(media::EndReason /*reason*/) override { Stop(); }

 private:
  class Writing;

  void TryBegin();
  void PutInits();
  void PutMasters();
  void PutSegment(const hls::SegmentClosed& segment);
  void Work(size_t bytes, std::function<Status(DumpFiles&)> work);
  void Finish(std::optional<Error> error);

  const std::string key_;  // of the media playlists
  const std::vector<std::string> playlists_;
  const size_t queue_bytes_;
  const int64_t segments_max_;
  Executor& worker_;
  const std::shared_ptr<Writing> writing_;  // Shared with what is posted to the worker.
  HeldSegments held_;                       // Until it begins; the run, always.
  bool begun_ = false;
  bool over_ = false;
  int64_t segments_ = 0;
  std::map<media::TrackId, int64_t> dumped_;  // the newest number
};

}  // namespace weir::dump
