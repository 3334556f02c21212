#pragma once

#include "base/byte_writer.h"
#include "media/track.h"

namespace weir::fmp4 {

/// The box in stsd that says how samples are coded: avc1 (ISO/IEC 14496-15, 5.4), hvc1 (8.4), av01
/// (AV1 in ISOBMFF 2.2), mp4a with esds (ISO/IEC 14496-14, 5.6) or Opus (Opus in ISOBMFF 4.3.1).
///
/// Parameter sets stand in the configuration; samples may repeat them, as they came.
void WriteSampleEntry(ByteWriter& out, const media::Track& track);

}  // namespace weir::fmp4
