#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "base/shared_bytes.h"
#include "media/track.h"

namespace weir::media::aac {

/// audioObjectType (ISO/IEC 14496-3 table 1.17), as far as anything here asks for it.
enum class ObjectType : uint8_t {
  kMain = 1,
  kLc = 2,
  kLtp = 4,
  kSbr = 5,
  kPs = 29,
};

/// What is asked of an AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1).
struct AudioSpecificConfig {
  /// Of the core: kLc with HE-AAC too.
  ObjectType core = ObjectType::kLc;
  bool sbr = false;  ///< Announced, in either way (hierarchical or backward compatible).
  bool ps = false;
  uint32_t core_rate = 0;
  uint32_t core_samples = 1024;  ///< Of one frame at the core's rate: 1024 or 960.
  uint32_t output_rate = 0;      ///< After SBR.
  uint32_t channels = 0;         ///< After parametric stereo.
};

/// kUnsupported: an object type that browsers do not play, or a rate that MediaTime does not
/// divide.
Result<AudioSpecificConfig> ReadAudioSpecificConfig(std::span<const uint8_t> bytes);

/// As media::ReadCodecConfig, for kAac. The codec string is mp4a.40.5 or .29 wherever SBR or PS is
/// announced; where it is not (implicit signalling), the core's rate and mp4a.40.2 are what is
/// known.
Result<Track> ReadTrack(const SharedBytes& config);

}  // namespace weir::media::aac
