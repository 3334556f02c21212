#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/shared_bytes.h"
#include "media/track.h"

namespace weir::media::opus {

/// What an Opus decoder must be told: the fields that the identification header of RFC 7845 and the
/// dOps box (Encapsulation of Opus in ISO Base Media File Format, 4.3.2) have in common.
struct OpusHead {
  uint8_t channels = 0;
  uint16_t pre_skip = 0;    ///< Samples at 48 kHz to be cut from the beginning.
  uint32_t input_rate = 0;  ///< Hz at the encoder; of no use for decoding.
  int16_t gain = 0;         ///< 1/256 dB.
  uint8_t mapping_family = 0;
  uint8_t streams = 1;  ///< This and what follows: where the family is not 0.
  uint8_t coupled_streams = 0;
  std::vector<uint8_t> mapping;  ///< One for each channel.
};

/// Reads the identification header ("OpusHead", little-endian) or a dOps (big-endian).
///
/// kUnsupported: a mapping family other than 0 (mono, stereo) and 1 (up to 7.1).
Result<OpusHead> ReadOpusHead(std::span<const uint8_t> bytes);

SharedBytes BuildDops(const OpusHead& head);

/// The identification header of RFC 7845, 5.1, as FLV carries it.
SharedBytes BuildOpusHead(const OpusHead& head);

/// As media::ReadCodecConfig, for kOpus.
Result<Track> ReadTrack(const SharedBytes& config);

}  // namespace weir::media::opus
