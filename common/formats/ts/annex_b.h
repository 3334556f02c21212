#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "media/nal_unit.h"
#include "media/track.h"

namespace weir::ts {

/// Brings access units of H.264 or H.265 into the byte stream format (annex B of both): start codes
/// in the place of lengths, an access unit delimiter first, and the parameter sets of the track's
/// configuration before each key frame.
class AnnexB {
 public:
  /// As media::ReadCodecConfig where the track's configuration cannot be read. `track` outlives it.
  static Result<AnnexB> For(const media::Track& track);

  /// Appends `access_unit`, in which each NAL unit stands behind its length in 4 bytes.
  void Append(std::span<const uint8_t> access_unit, bool key, std::vector<uint8_t>& out) const;

 private:
  AnnexB(media::CodecId codec, std::vector<media::NalUnit> parameter_sets)
      : codec_(codec), parameter_sets_(std::move(parameter_sets)) {}

  bool IsDelimiter(media::NalUnit nal) const;
  bool IsParameterSet(media::NalUnit nal) const;

  media::CodecId codec_;
  std::vector<media::NalUnit> parameter_sets_;
};

}  // namespace weir::ts
