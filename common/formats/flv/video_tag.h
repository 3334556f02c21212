#pragma once

#include <cstdint>

#include "base/result.h"
#include "base/shared_bytes.h"
#include "media/codec_id.h"

namespace weir::flv {

/// The body of a video tag (FLV 10.1 annex E.4.3, Enhanced RTMP v1 and v2), which is also the
/// payload of an RTMP video message.
struct VideoTag {
  enum class Kind {
    kSequenceHeader,  ///< `payload` is the codec's configuration record.
    kFrame,           ///< `payload` is one access unit, framed as the configuration says.
    kEndOfSequence,
    kMetadata,  ///< `payload` is AMF0: "colorInfo" and the like. `codec` may be unset.
    kIgnored,   ///< Nothing of use: an empty frame, a seek command, another track than 0.
  };

  Kind kind = Kind::kIgnored;
  media::CodecId codec = media::CodecId::kH264;
  /// What the encoder says of it; media::InspectAccessUnit knows better.
  bool key = false;
  /// Of a kFrame: presentation less decoding time in milliseconds, 24 bits signed.
  int32_t composition_ms = 0;
  /// A slice of the body.
  SharedBytes payload;
};

/// Reads one tag's body: H.264 (codec id 7), H.265 (codec id 12, as Chinese encoders send it), and
/// the FourCCs avc1, hvc1 and av01.
///
/// Of a multitrack tag track 0 is taken; ModEx prefixes are skipped. kMalformed: the header is cut
/// off. kUnsupported: another codec; the detail names it.
Result<VideoTag> ParseVideoTag(const SharedBytes& body);

}  // namespace weir::flv
