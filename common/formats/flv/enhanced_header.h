#pragma once

#include <cstdint>

#include "base/byte_reader.h"
#include "base/result.h"
#include "base/shared_bytes.h"

namespace weir::flv {

/// What the enhanced headers of video and audio tags have in common (Enhanced RTMP v2,
/// ExVideoTagHeader and ExAudioTagHeader), with track 0 picked out of a multitrack tag.
struct EnhancedHeader {
  uint8_t packet_type = 0;  ///< Neither ModEx nor Multitrack.
  uint32_t fourcc = 0;
  bool has_track_0 = true;  ///< A multitrack tag without it says nothing to us.
  SharedBytes rest;         ///< What follows, of track 0 alone.
};

/// Where video and audio differ.
struct EnhancedTypes {
  uint8_t mod_ex;
  uint8_t multitrack;
};

/// Skips ModEx prefixes: `packet_type` is what the tag's first byte told, `reader` stands behind
/// it. Returns the packet type proper. The caller checks the reader.
uint8_t SkipModEx(ByteReader& reader, uint8_t packet_type, const EnhancedTypes& types);

/// Reads the FourCC, or the multitrack part of the header and the first tracks of the body.
///
/// `reader` must read `body`, and stand behind the packet type. kMalformed: cut off.
Result<EnhancedHeader> ReadEnhancedHeader(ByteReader& reader, const SharedBytes& body,
                                          uint8_t packet_type, const EnhancedTypes& types);

}  // namespace weir::flv
