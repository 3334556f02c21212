#include "media/h265/parameter_set_id.h"

#include "base/bit_reader.h"
#include "media/h265/nal_type.h"
#include "media/h265/sps.h"

namespace weir::media::h265 {

Result<uint32_t> VpsId(NalUnit nal) {
  if (nal.size() <= kNalHeaderSize)
    return Fail(ErrorCode::kMalformed, "video parameter set is cut off");
  return nal[kNalHeaderSize] >> 4;
}

Result<uint32_t> SpsId(NalUnit nal) {
  const auto sps = ReadSps(nal);
  if (!sps) return tl::unexpected(sps.error());
  return sps->id;
}

Result<uint32_t> PpsId(NalUnit nal) {
  constexpr uint32_t kPpsIdMax = 63;
  if (nal.size() <= kNalHeaderSize)
    return Fail(ErrorCode::kMalformed, "picture parameter set is cut off");
  BitReader bits(nal.subspan(kNalHeaderSize));  // the id is too short for emulation prevention
  const uint32_t id = bits.Ue(kPpsIdMax);
  if (!bits.ok()) return Fail(ErrorCode::kMalformed, "picture parameter set has no id");
  return id;
}

}  // namespace weir::media::h265
