#include "media/access_unit.h"

#include "media/av1/frame_header.h"
#include "media/av1/obu.h"
#include "media/h264/nal_type.h"
#include "media/h264/recovery_point.h"
#include "media/h265/nal_type.h"
#include "media/nal_unit.h"

namespace weir::media {
namespace {

void LookAtH264(NalUnit nal, AccessUnit& unit) {
  using h264::NalType;
  switch (h264::TypeOf(nal)) {
    case NalType::kIdr:
      unit.key = unit.has_picture = true;
      break;
    case NalType::kSlice:
    case NalType::kSlicePartitionA:
      unit.has_picture = true;
      break;
    case NalType::kSei:
      if (h264::HasImmediateRecoveryPoint(nal)) unit.key = true;
      break;
    case NalType::kSps:
    case NalType::kPps:
      unit.has_parameter_sets = true;
      break;
    case NalType::kDelimiter:
      break;
  }
}

void LookAtH265(NalUnit nal, AccessUnit& unit) {
  using h265::NalType;
  const NalType type = h265::TypeOf(nal);
  if (h265::IsSlice(type)) unit.has_picture = true;
  if (h265::IsRandomAccess(type)) unit.key = true;
  if (type == NalType::kVps || type == NalType::kSps || type == NalType::kPps)
    unit.has_parameter_sets = true;
}

Result<AccessUnit> InspectNalUnits(CodecId codec, std::span<const uint8_t> payload) {
  AccessUnit unit;
  NalUnitReader reader(payload);
  while (reader.Next()) {
    if (reader.nal().empty()) return Fail(ErrorCode::kMalformed, "NAL unit is empty");
    if (codec == CodecId::kH264)
      LookAtH264(reader.nal(), unit);
    else
      LookAtH265(reader.nal(), unit);
  }
  if (!reader.ok()) return Fail(ErrorCode::kMalformed, "NAL units do not fill the access unit");
  unit.key = unit.key && unit.has_picture;
  return unit;
}

Result<AccessUnit> InspectObus(std::span<const uint8_t> payload) {
  AccessUnit unit;
  av1::ObuReader reader(payload);
  while (reader.Next()) {
    const av1::ObuType type = reader.obu().type;
    if (type == av1::ObuType::kSequenceHeader) unit.has_parameter_sets = true;
    if (type != av1::ObuType::kFrame && type != av1::ObuType::kFrameHeader) continue;
    if (!unit.has_picture) unit.key = av1::IsShownKeyFrame(reader.obu().payload);
    unit.has_picture = true;
  }
  if (!reader.ok()) return Fail(ErrorCode::kMalformed, "OBUs do not fill the temporal unit");
  return unit;
}

}  // namespace

Result<AccessUnit> InspectAccessUnit(CodecId codec, std::span<const uint8_t> payload) {
  if (payload.empty()) return Fail(ErrorCode::kMalformed, "access unit is empty");
  switch (codec) {
    case CodecId::kH264:
    case CodecId::kH265:
      return InspectNalUnits(codec, payload);
    case CodecId::kAv1:
      return InspectObus(payload);
    case CodecId::kAac:
    case CodecId::kOpus:
      return AccessUnit{.key = true, .has_picture = true, .has_parameter_sets = false};
  }
  return Fail(ErrorCode::kUnsupported, "codec is unknown");
}

}  // namespace weir::media
