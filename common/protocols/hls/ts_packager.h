#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "protocols/hls/demand.h"
#include "protocols/hls/published.h"
#include "protocols/hls/ts_variant.h"

namespace weir::hls {

/// Offers a stream as MPEG-TS too, for players that know no fMP4: stands between a Packager and its
/// sink, hands everything on, and adds for each video track a rendition with the first sound.
///
/// Its segments are those of the packager, put in another form by a worker when the first viewer
/// asks: a stream that nobody watches like this costs a short playlist per segment. Pure like the
/// packager: every edge makes the same bytes. Tracks that MPEG-TS cannot carry are left out;
/// without any that it can, nothing is added.
///
/// Thread: one loop's, `home`.
class TsPackager final : public PublishedSink, public DemandSource {
 public:
  /// `path` is the stream's, as text. `sink`, `home` and `worker` outlive it.
  TsPackager(const std::string& path, Executor& home, Executor& worker, PublishedSink& sink);

  TsPackager(const TsPackager&) = delete;
  TsPackager& operator=(const TsPackager&) = delete;

  void OnRunOpened(const RunOpened& opened) override;
  void OnPart(const PartAdded& part) override;
  void OnSegment(const SegmentClosed& segment) override;
  void OnExpired(const SegmentExpired& expired) override;
  void OnEnd(media::EndReason reason) override;

  /// Of type kTsSegment; any other is kNotFound.
  void OnDemand(const Demand& demand, Done done) override;

 private:
  /// A main track of the run, and the sound that goes with it.
  struct Pair {
    const media::Track* main = nullptr;
    const media::Track* audio = nullptr;  // null: none
  };

  static std::vector<Pair> PairsOf(const media::TrackList& tracks);
  ResourcePtr Multivariant(const std::vector<Pair>& pairs) const;
  TsVariant& VariantOf(media::TrackId main);
  std::vector<TsInput> InputsOf(const Demand& demand) const;

  const std::string key_;
  Executor& home_;
  Executor& worker_;
  PublishedSink& sink_;
  std::vector<std::unique_ptr<TsVariant>> variants_;
  std::map<Demand, ResourcePtr> kept_;  // made, and not expired
  // Held weakly by what the worker posts.
  const std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
};

}  // namespace weir::hls
