#include "media/h264/parameter_set_id.h"

#include "base/bit_reader.h"
#include "media/h264/sps.h"

namespace weir::media::h264 {

Result<uint32_t> SpsId(NalUnit nal) {
  const auto sps = ReadSps(nal);
  if (!sps) return tl::unexpected(sps.error());
  return sps->id;
}

Result<uint32_t> PpsId(NalUnit nal) {
  constexpr uint32_t kPpsIdMax = 255;
  if (nal.size() < 2) return Fail(ErrorCode::kMalformed, "picture parameter set is cut off");
  BitReader bits(nal.subspan(1));  // the id is too short for emulation prevention
  const uint32_t id = bits.Ue(kPpsIdMax);
  if (!bits.ok()) return Fail(ErrorCode::kMalformed, "picture parameter set has no id");
  return id;
}

}  // namespace weir::media::h264
