#include "media/av1/av1_config.h"
#include "media/av1/obu.h"
#include "media/h264/avc_config.h"
#include "media/h264/nal_type.h"
#include "media/h264/parameter_set_id.h"
#include "media/h265/hevc_config.h"
#include "media/h265/nal_type.h"
#include "media/h265/parameter_set_id.h"
#include "media/nal_unit.h"
#include "media/parameter_sets.h"
#include "media/payload.h"

namespace weir::media {
namespace {

using Updated = Result<std::optional<SharedBytes>>;

Updated Wrap(Result<SharedBytes> config) {
  if (!config) return tl::unexpected(config.error());
  return std::optional<SharedBytes>(std::move(*config));
}

/// Puts each NAL unit of `payload` where `sets_of` says, which is nowhere for most.
template <class SetsOf>
Status PutAll(std::span<const uint8_t> payload, SetsOf sets_of) {
  NalUnitReader reader(payload);
  while (reader.Next()) {
    if (reader.nal().empty()) continue;
    ParameterSets* const sets = sets_of(reader.nal());
    if (sets == nullptr) continue;
    auto put = sets->Put(reader.nal());
    if (!put) return put;
  }
  if (!reader.ok()) return Fail(ErrorCode::kMalformed, "NAL units do not fill the access unit");
  return {};
}

Updated UpdatedAvc(std::span<const uint8_t> config, std::span<const uint8_t> payload) {
  const auto record = h264::ReadAvcConfig(config);
  if (!record) return tl::unexpected(record.error());
  ParameterSets sps(record->sps, h264::SpsId);
  ParameterSets pps(record->pps, h264::PpsId);
  const auto put = PutAll(payload, [&](NalUnit nal) -> ParameterSets* {
    const h264::NalType type = h264::TypeOf(nal);
    if (type == h264::NalType::kSps) return &sps;
    return type == h264::NalType::kPps ? &pps : nullptr;
  });
  if (!put) return tl::unexpected(put.error());
  if (!sps.changed() && !pps.changed()) return std::nullopt;
  return Wrap(h264::BuildAvcConfig(sps.sets(), pps.sets()));
}

Updated UpdatedHevc(std::span<const uint8_t> config, std::span<const uint8_t> payload) {
  const auto record = h265::ReadHevcConfig(config);
  if (!record) return tl::unexpected(record.error());
  ParameterSets vps(record->vps, h265::VpsId);
  ParameterSets sps(record->sps, h265::SpsId);
  ParameterSets pps(record->pps, h265::PpsId);
  const auto put = PutAll(payload, [&](NalUnit nal) -> ParameterSets* {
    const h265::NalType type = h265::TypeOf(nal);
    if (type == h265::NalType::kVps) return &vps;
    if (type == h265::NalType::kSps) return &sps;
    return type == h265::NalType::kPps ? &pps : nullptr;
  });
  if (!put) return tl::unexpected(put.error());
  if (!vps.changed() && !sps.changed() && !pps.changed()) return std::nullopt;
  return Wrap(h265::BuildHevcConfig(
      {.nal_length_size = 4, .vps = vps.sets(), .sps = sps.sets(), .pps = pps.sets()}));
}

/// Sequence headers that differ in coding tools alone count as the same: SVT-AV1 puts another one
/// into its configuration than into its frames, and decoders go by the latter.
Updated UpdatedAv1(std::span<const uint8_t> config, std::span<const uint8_t> payload) {
  const auto record = av1::ReadAv1Config(config);
  if (!record) return tl::unexpected(record.error());
  av1::ObuReader reader(payload);
  while (reader.Next()) {
    if (reader.obu().type != av1::ObuType::kSequenceHeader) continue;
    const auto found = av1::ReadSequenceHeader(reader.obu().payload);
    if (!found) return tl::unexpected(found.error());
    if (*found == record->sequence) return std::nullopt;
    return Wrap(av1::BuildAv1Config(reader.obu()));
  }
  if (!reader.ok()) return Fail(ErrorCode::kMalformed, "OBUs do not fill the temporal unit");
  return std::nullopt;
}

}  // namespace

Result<std::optional<SharedBytes>> UpdatedConfig(CodecId codec, std::span<const uint8_t> config,
                                                 std::span<const uint8_t> payload) {
  switch (codec) {
    case CodecId::kH264:
      return UpdatedAvc(config, payload);
    case CodecId::kH265:
      return UpdatedHevc(config, payload);
    case CodecId::kAv1:
      return UpdatedAv1(config, payload);
    case CodecId::kAac:
    case CodecId::kOpus:
      return std::nullopt;
  }
  return Fail(ErrorCode::kUnsupported, "codec is unknown");
}

}  // namespace weir::media
