#include "media/payload.h"

#include "base/byte_writer.h"
#include "media/av1/av1_config.h"
#include "media/av1/obu.h"
#include "media/h264/avc_config.h"
#include "media/h265/hevc_config.h"
#include "media/nal_unit.h"

namespace weir::media {
namespace {

/// Lengths of `length_size` bytes made 4; empty NAL units, which some encoders leave, dropped.
Result<SharedBytes> NormaliseNalUnits(const SharedBytes& payload, size_t length_size) {
  size_t size = 0;
  bool right = length_size == 4;
  NalUnitReader first_pass(payload.view(), length_size);
  while (first_pass.Next()) {
    if (first_pass.nal().empty())
      right = false;
    else
      size += 4 + first_pass.nal().size();
  }
  if (!first_pass.ok()) return Fail(ErrorCode::kMalformed, "NAL units do not fill the access unit");
  if (right) return payload;
  ByteWriter writer;
  writer.Reserve(size);
  NalUnitReader reader(payload.view(), length_size);
  while (reader.Next()) {
    if (reader.nal().empty()) continue;
    writer.U32(static_cast<uint32_t>(reader.nal().size()));
    writer.Bytes(reader.nal());
  }
  return SharedBytes(writer.Take());
}

/// What MP4 does not carry in samples (AV1 codec ISO media file format binding, 2.4).
bool IsLeftOut(av1::ObuType type) {
  return type == av1::ObuType::kTemporalDelimiter || type == av1::ObuType::kPadding ||
         type == av1::ObuType::kTileList || type == av1::ObuType::kRedundantFrameHeader;
}

Result<SharedBytes> NormaliseObus(const SharedBytes& payload) {
  bool right = true;
  av1::ObuReader first_pass(payload.view());
  while (first_pass.Next())
    if (IsLeftOut(first_pass.obu().type) || !first_pass.obu().has_size) right = false;
  if (!first_pass.ok()) return Fail(ErrorCode::kMalformed, "OBUs do not fill the temporal unit");
  if (right) return payload;
  std::vector<uint8_t> bytes;
  bytes.reserve(payload.size() + 8);
  av1::ObuReader reader(payload.view());
  while (reader.Next())
    if (!IsLeftOut(reader.obu().type)) av1::AppendSized(reader.obu(), bytes);
  return SharedBytes(std::move(bytes));
}

}  // namespace

Result<size_t> NalLengthSize(CodecId codec, std::span<const uint8_t> config) {
  if (codec == CodecId::kH264) {
    const auto record = h264::ReadAvcConfig(config);
    if (!record) return tl::unexpected(record.error());
    return record->nal_length_size;
  }
  if (codec == CodecId::kH265) {
    const auto record = h265::ReadHevcConfig(config);
    if (!record) return tl::unexpected(record.error());
    return record->nal_length_size;
  }
  return 4;
}

Result<SharedBytes> NormalisePayload(CodecId codec, const SharedBytes& payload,
                                     size_t nal_length_size) {
  switch (codec) {
    case CodecId::kH264:
    case CodecId::kH265:
      return NormaliseNalUnits(payload, nal_length_size);
    case CodecId::kAv1:
      return NormaliseObus(payload);
    case CodecId::kAac:
    case CodecId::kOpus:
      return payload;
  }
  return Fail(ErrorCode::kUnsupported, "codec is unknown");
}

}  // namespace weir::media
