#pragma once

#include "base/result.h"
#include "base/shared_bytes.h"
#include "media/codec_id.h"

namespace weir::flv {

/// The body of an audio tag (FLV 10.1 annex E.4.2, Enhanced RTMP v2), which is also the payload of
/// an RTMP audio message.
struct AudioTag {
  enum class Kind {
    kSequenceHeader,  ///< `payload` is the AudioSpecificConfig or the OpusHead.
    kFrame,           ///< `payload` is one raw_data_block or one Opus packet.
    kEndOfSequence,
    kIgnored,  ///< Nothing of use: an empty frame, a channel map, another track than 0.
  };

  Kind kind = Kind::kIgnored;
  media::CodecId codec = media::CodecId::kAac;
  /// A slice of the body.
  SharedBytes payload;
};

/// Reads one tag's body: AAC (sound format 10), and the FourCCs mp4a and Opus.
///
/// Of a multitrack tag track 0 is taken; ModEx prefixes are skipped. kMalformed: the header is cut
/// off. kUnsupported: another codec; the detail names it.
Result<AudioTag> ParseAudioTag(const SharedBytes& body);

}  // namespace weir::flv
