#include "media/h265/hevc_config.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/byte_reader.h"
#include "base/byte_writer.h"
#include "media/codec_limits.h"
#include "media/h265/sps.h"

namespace weir::media::h265 {
namespace {

constexpr uint8_t kVersion = 1;
constexpr size_t kLengthSizeOffset = 21;
constexpr uint8_t kArrayComplete = 0x80;  // sets of this type are nowhere but in the record

std::vector<NalUnit>* SetsOf(HevcConfig& config, NalType type) {
  switch (type) {
    case NalType::kVps:
      return &config.vps;
    case NalType::kSps:
      return &config.sps;
    case NalType::kPps:
      return &config.pps;
    default:
      return nullptr;  // SEI
  }
}

void ReadArray(ByteReader& reader, HevcConfig& config) {
  std::vector<NalUnit>* sets = SetsOf(config, static_cast<NalType>(reader.U8() & 0x3f));
  const size_t count = reader.U16();
  for (size_t i = 0; i < count && reader.ok(); ++i) {
    const NalUnit nal = reader.Bytes(reader.U16());
    if (sets != nullptr && nal.size() > kNalHeaderSize) sets->push_back(nal);
  }
}

void WriteHead(ByteWriter& writer, const Sps& sps) {
  writer.U8(kVersion);
  const ProfileTierLevel& level = sps.level;
  writer.U8(static_cast<uint8_t>(level.profile_space << 6 | (level.high_tier ? 0x20 : 0) |
                                 level.profile));
  writer.U32(level.compatibility);
  writer.Bytes(level.constraints);
  writer.U8(level.level);
  writer.U16(0xf000);  // min_spatial_segmentation_idc: none
  writer.U8(0xfc);     // parallelismType: mixed or unknown
  writer.U8(static_cast<uint8_t>(0xfc | sps.chroma_format));
  writer.U8(static_cast<uint8_t>(0xf8 | (sps.luma_bits - 8)));
  writer.U8(static_cast<uint8_t>(0xf8 | (sps.chroma_bits - 8)));
  writer.U16(0);  // avgFrameRate: unspecified
  writer.U8(static_cast<uint8_t>(sps.temporal_layers << 3 | (sps.temporal_nesting ? 4U : 0U) | 3U));
}

bool WriteArray(ByteWriter& writer, NalType type, std::span<const NalUnit> sets) {
  if (sets.size() > kParameterSetsMax) return false;
  writer.U8(static_cast<uint8_t>(kArrayComplete | static_cast<uint8_t>(type)));
  writer.U16(static_cast<uint16_t>(sets.size()));
  for (const NalUnit nal : sets) {
    if (nal.size() > kParameterSetSizeMax) return false;
    writer.U16(static_cast<uint16_t>(nal.size()));
    writer.Bytes(nal);
  }
  return writer.size() <= kCodecConfigSizeMax;
}

/// The first byte too, since some encoders write the draft's version, 0.
SharedBytes WithFourByteLengths(const SharedBytes& record) {
  const auto view = record.view();
  if (view[0] == kVersion && (view[kLengthSizeOffset] & 3) == 3) return record;
  std::vector<uint8_t> bytes(view.begin(), view.end());
  bytes[0] = kVersion;
  bytes[kLengthSizeOffset] |= 3;
  return SharedBytes(std::move(bytes));
}

}  // namespace

Result<HevcConfig> ReadHevcConfig(std::span<const uint8_t> record) {
  ByteReader reader(record);
  const uint8_t version = reader.U8();
  (void)reader.Bytes(kLengthSizeOffset - 1);
  HevcConfig config;
  config.nal_length_size = (reader.U8() & 3U) + 1;
  const size_t arrays = reader.U8();
  for (size_t i = 0; i < arrays && reader.ok(); ++i)
    ReadArray(reader, config);
  if (!reader.ok()) return Fail(ErrorCode::kMalformed, "hvcC is cut off");
  if (version > kVersion)
    return Fail(ErrorCode::kMalformed, fmt::format("hvcC has version {}", version));
  if (config.nal_length_size == 3)
    return Fail(ErrorCode::kMalformed, "hvcC announces NAL lengths of 3 bytes");
  if (std::max({config.vps.size(), config.sps.size(), config.pps.size()}) > kParameterSetsMax)
    return Fail(ErrorCode::kLimitExceeded, "hvcC has too many parameter sets");
  if (config.vps.empty()) return Fail(ErrorCode::kMalformed, "hvcC has no VPS");
  if (config.sps.empty()) return Fail(ErrorCode::kMalformed, "hvcC has no SPS");
  if (config.pps.empty()) return Fail(ErrorCode::kMalformed, "hvcC has no PPS");
  return config;
}

Result<SharedBytes> BuildHevcConfig(const HevcConfig& config) {
  if (config.vps.empty() || config.sps.empty() || config.pps.empty())
    return Fail(ErrorCode::kMalformed, "hvcC needs a VPS, an SPS and a PPS");
  const auto sps = ReadSps(config.sps.front());
  if (!sps) return tl::unexpected(sps.error());
  ByteWriter writer;
  WriteHead(writer, *sps);
  writer.U8(3);  // arrays
  if (!WriteArray(writer, NalType::kVps, config.vps) ||
      !WriteArray(writer, NalType::kSps, config.sps) ||
      !WriteArray(writer, NalType::kPps, config.pps))
    return Fail(ErrorCode::kLimitExceeded, "parameter sets are too long for an hvcC");
  return SharedBytes(writer.Take());
}

Result<Track> ReadTrack(const SharedBytes& record) {
  const auto config = ReadHevcConfig(record.view());
  if (!config) return tl::unexpected(config.error());
  const auto sps = ReadSps(config->sps.front());
  if (!sps) return tl::unexpected(sps.error());
  Track track;
  track.codec = CodecId::kH265;
  track.config = WithFourByteLengths(record);
  track.codec_string = CodecString(sps->level);
  track.width = sps->width;
  track.range = VideoRangeOf(sps->transfer);
  track.height = sps->height;
  if (sps->fixed_frame_rate) track.frame_duration = sps->frame_duration;
  return track;
}

}  // namespace weir::media::h265
