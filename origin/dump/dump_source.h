#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "base/executor.h"
#include "media/media_sink.h"
#include "origin/dump/dump.h"
#include "origin/dump/held_segments.h"
#include "protocols/hls/packager.h"
#include "stream/stream_path.h"
#include "stream/subscription.h"

namespace weir::dump {

/// One stream, packaged once for all of its dumps. Files have the names and bytes that edges give
/// them; multivariant playlists name media playlists by file name alone, as all lie in one folder.
///
/// Thread: the stream's loop.
class DumpSource final : private hls::PublishedSink {
 public:
  /// `loop` is the stream's, and outlives it.
  DumpSource(const stream::StreamPath& path, const stream::StreamRef& stream, Executor& loop);
  ~DumpSource() override;

  DumpSource(const DumpSource&) = delete;
  DumpSource& operator=(const DumpSource&) = delete;

  /// `number` is one that no other has. It is told at once what there is to begin with.
  void Add(uint64_t number, std::unique_ptr<Dump> dump);

  void Stop(uint64_t number);

  void Remove(uint64_t number) { dumps_.erase(number); }

 private:
  /// Takes the folders out of playlists on their way to the packager.
  class Flattener final : public media::MediaSink {
   public:
    explicit Flattener(hls::Packager& packager) : packager_(packager) {}

    void OnTracks(std::shared_ptr<const media::TrackList> tracks) override;

    void OnFrame(std::shared_ptr<const media::Frame> frame) override {
      packager_.OnFrame(std::move(frame));
    }

    void OnGap() override { packager_.OnGap(); }

    void OnEnd(media::EndReason reason) override { packager_.OnEnd(reason); }

   private:
    hls::Packager& packager_;
  };

  // hls::PublishedSink
  void OnRunOpened(const hls::RunOpened& opened) override;

  void OnPart(const hls::PartAdded& /*part*/) override {}

  void OnSegment(const hls::SegmentClosed& segment) override;

  void OnExpired(const hls::SegmentExpired& /*expired*/) override {}

  void OnEnd(media::EndReason reason) override;

  HeldSegments held_;
  bool ended_ = false;
  std::map<uint64_t, std::unique_ptr<Dump>> dumps_;
  hls::Packager packager_;
  Flattener flattener_;
  std::unique_ptr<stream::Subscription> subscription_;
};

}  // namespace weir::dump
