#include "media/h264/avc_config.h"

#include <fmt/format.h>

#include "base/byte_reader.h"
#include "base/byte_writer.h"
#include "media/codec_limits.h"
#include "media/h264/nal_type.h"
#include "media/h264/sps.h"

namespace weir::media::h264 {
namespace {

constexpr uint8_t kVersion = 1;
constexpr size_t kLengthSizeOffset = 4;
constexpr uint8_t kFourByteLengths = 0xff;  // six ones, lengthSizeMinusOne
constexpr size_t kSpsCountMax = 31;
constexpr size_t kPpsCountMax = 255;

/// Empty sets are skipped: some encoders announce them.
std::vector<NalUnit> ReadSets(ByteReader& reader, size_t count) {
  std::vector<NalUnit> sets;
  for (size_t i = 0; i < count && reader.ok(); ++i) {
    const NalUnit set = reader.Bytes(reader.U16());
    if (!set.empty()) sets.push_back(set);
  }
  return sets;
}

bool WriteSets(ByteWriter& writer, std::span<const NalUnit> sets) {
  for (const NalUnit set : sets) {
    if (set.size() > kParameterSetSizeMax) return false;
    writer.U16(static_cast<uint16_t>(set.size()));
    writer.Bytes(set);
  }
  return true;
}

SharedBytes WithFourByteLengths(const SharedBytes& record) {
  if (record.view()[kLengthSizeOffset] == kFourByteLengths) return record;
  std::vector<uint8_t> bytes(record.view().begin(), record.view().end());
  bytes[kLengthSizeOffset] = kFourByteLengths;
  return SharedBytes(std::move(bytes));
}

}  // namespace

Result<AvcConfig> ReadAvcConfig(std::span<const uint8_t> record) {
  ByteReader reader(record);
  const uint8_t version = reader.U8();
  (void)reader.U24();  // profile, constraints and level, again in the SPS
  AvcConfig config;
  config.nal_length_size = (reader.U8() & 3U) + 1;
  config.sps = ReadSets(reader, reader.U8() & 0x1fU);
  config.pps = ReadSets(reader, reader.U8());
  if (!reader.ok()) return Fail(ErrorCode::kMalformed, "avcC is cut off");
  if (version != kVersion)
    return Fail(ErrorCode::kMalformed, fmt::format("avcC has version {}", version));
  if (config.nal_length_size == 3)
    return Fail(ErrorCode::kMalformed, "avcC announces NAL lengths of 3 bytes");
  if (config.sps.empty()) return Fail(ErrorCode::kMalformed, "avcC has no SPS");
  if (config.pps.empty()) return Fail(ErrorCode::kMalformed, "avcC has no PPS");
  return config;
}

Result<SharedBytes> BuildAvcConfig(std::span<const NalUnit> sps, std::span<const NalUnit> pps) {
  if (sps.empty() || pps.empty()) return Fail(ErrorCode::kMalformed, "avcC needs an SPS and a PPS");
  if (sps.size() > kSpsCountMax || pps.size() > kPpsCountMax)
    return Fail(ErrorCode::kLimitExceeded, "too many parameter sets for an avcC");
  const auto first = ReadSps(sps.front());
  if (!first) return tl::unexpected(first.error());
  ByteWriter writer;
  writer.U8(kVersion);
  writer.U8(first->profile);
  writer.U8(first->constraints);
  writer.U8(first->level);
  writer.U8(kFourByteLengths);
  writer.U8(static_cast<uint8_t>(0xe0 | sps.size()));
  bool fits = WriteSets(writer, sps);
  writer.U8(static_cast<uint8_t>(pps.size()));
  fits = WriteSets(writer, pps) && fits && writer.size() <= kCodecConfigSizeMax;
  if (!fits) return Fail(ErrorCode::kLimitExceeded, "parameter sets are too long for an avcC");
  if (HasChromaFormat(first->profile)) {
    writer.U8(static_cast<uint8_t>(0xfc | first->chroma_format));
    writer.U8(static_cast<uint8_t>(0xf8 | (first->luma_bits - 8)));
    writer.U8(static_cast<uint8_t>(0xf8 | (first->chroma_bits - 8)));
    writer.U8(0);  // no SPS extensions
  }
  return SharedBytes(writer.Take());
}

Result<Track> ReadTrack(const SharedBytes& record) {
  const auto config = ReadAvcConfig(record.view());
  if (!config) return tl::unexpected(config.error());
  const auto sps = ReadSps(config->sps.front());
  if (!sps) return tl::unexpected(sps.error());
  Track track;
  track.codec = CodecId::kH264;
  track.config = WithFourByteLengths(record);
  track.codec_string =
      fmt::format("avc1.{:02x}{:02x}{:02x}", sps->profile, sps->constraints, sps->level);
  track.width = sps->width;
  track.range = VideoRangeOf(sps->transfer);
  track.height = sps->height;
  if (sps->fixed_frame_rate) track.frame_duration = sps->frame_duration;
  return track;
}

}  // namespace weir::media::h264
