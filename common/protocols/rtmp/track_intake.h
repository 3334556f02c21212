#pragma once

#include <memory>
#include <optional>

#include "base/result.h"
#include "base/shared_bytes.h"
#include "media/frame.h"
#include "media/track.h"

namespace weir::rtmp {

/// What one tag says of the frame in it, times in milliseconds already unwrapped.
struct TagTimes {
  int64_t dts_ms = 0;
  int32_t composition_ms = 0;
};

/// One track as its tags come in: takes sequence headers and makes frames of access units.
class TrackIntake {
 public:
  explicit TrackIntake(media::TrackId id) : id_(id) {}

  /// Takes a sequence header. True when it is news; the same one again is none. An Error leaves
  /// everything as it was: see media::ReadCodecConfig.
  Result<bool> TakeConfig(media::CodecId codec, const SharedBytes& config);

  /// The frame in `payload`: a slice of it, as a rule. Null when there is no picture or sound in
  /// it. Parameter sets in it that are news change track(). kMalformed: the lengths inside do not
  /// fit. kNotFound: no configuration has come for `codec`.
  Result<std::shared_ptr<const media::Frame>> MakeFrame(media::CodecId codec,
                                                        const SharedBytes& payload, TagTimes times);

  /// Nothing until a configuration has come.
  const std::optional<media::Track>& track() const { return track_; }

  /// How often track() has changed.
  uint64_t changes() const { return changes_; }

 private:
  void TakeParameterSets(const SharedBytes& framed);

  const media::TrackId id_;
  std::optional<media::Track> track_;
  SharedBytes header_;  // as it came
  size_t nal_length_size_ = 4;
  uint64_t changes_ = 0;
};

}  // namespace weir::rtmp
