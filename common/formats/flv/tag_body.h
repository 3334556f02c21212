#pragma once

#include <array>
#include <chrono>
#include <cstdint>

#include "base/result.h"
#include "base/shared_bytes.h"
#include "formats/flv/tag.h"
#include "media/track.h"

namespace weir::flv {

/// The body of an audio or video tag, which is also the payload of an RTMP message: `head` and then
/// `payload`, which is shared and not copied. The twin of ParseVideoTag and ParseAudioTag.
///
/// H.264 and AAC in the classic form (FLV 10.1 annex E.4.2 and E.4.3); H.265, AV1 and Opus with a
/// FourCC (Enhanced RTMP v2).
struct TagBody {
  TagType type = TagType::kVideo;
  std::array<SharedBytes, 2> parts;  ///< Head and payload.

  size_t size() const { return parts[0].size() + parts[1].size(); }
};

/// What a decoder must be told before the first frame of `track`.
///
/// kMalformed, kUnsupported: the configuration of an Opus track cannot be read.
Result<TagBody> SequenceHeader(const media::Track& track);

/// One frame of `track`, whose payload is framed as its CodecId says. `composition` is presentation
/// less decoding time; AV1 and audio have none.
TagBody FrameBody(const media::Track& track, bool key, std::chrono::milliseconds composition,
                  SharedBytes payload);

/// Whether the tags of `codec` have a FourCC, which older servers do not know.
bool NeedsFourCc(media::CodecId codec);

/// That FourCC; of a classic codec the one it would have.
uint32_t FourCcOf(media::CodecId codec);

}  // namespace weir::flv
