#include "media/av1/av1_config.h"

#include "base/byte_reader.h"
#include "media/codec_limits.h"

namespace weir::media::av1 {
namespace {

constexpr size_t kHeadSize = 4;
constexpr uint8_t kMarkerAndVersion = 0x81;
constexpr uint8_t kHasSizeBit = 0x02;

uint8_t FormatByte(const SequenceHeader& sequence) {
  return static_cast<uint8_t>((sequence.high_tier ? 0x80 : 0) | (sequence.bits > 8 ? 0x40 : 0) |
                              (sequence.bits == 12 ? 0x20 : 0) | (sequence.monochrome ? 0x10 : 0) |
                              (sequence.subsampled_x ? 0x08 : 0) |
                              (sequence.subsampled_y ? 0x04 : 0) | (sequence.chroma_position & 3));
}

}  // namespace

void AppendSized(const Obu& obu, std::vector<uint8_t>& bytes) {
  if (obu.has_size) {
    bytes.insert(bytes.end(), obu.whole.begin(), obu.whole.end());
    return;
  }
  bytes.insert(bytes.end(), obu.header.begin(), obu.header.end());
  bytes[bytes.size() - obu.header.size()] |= kHasSizeBit;
  size_t size = obu.payload.size();
  for (; size >= 0x80; size >>= 7)
    bytes.push_back(static_cast<uint8_t>(size | 0x80));
  bytes.push_back(static_cast<uint8_t>(size));
  bytes.insert(bytes.end(), obu.payload.begin(), obu.payload.end());
}

Result<Av1Config> ReadAv1Config(std::span<const uint8_t> record) {
  if (record.size() < kHeadSize) return Fail(ErrorCode::kMalformed, "av1C is cut off");
  if (record[0] != kMarkerAndVersion)
    return Fail(ErrorCode::kMalformed, "av1C has another marker or version");
  ObuReader reader(record.subspan(kHeadSize));
  while (reader.Next()) {
    if (reader.obu().type != ObuType::kSequenceHeader) continue;
    const auto sequence = ReadSequenceHeader(reader.obu().payload);
    if (!sequence) return tl::unexpected(sequence.error());
    return Av1Config{.sequence = *sequence, .sequence_obu = reader.obu()};
  }
  return Fail(ErrorCode::kMalformed, "av1C has no sequence header");
}

Result<SharedBytes> BuildAv1Config(const Obu& sequence_obu) {
  const auto sequence = ReadSequenceHeader(sequence_obu.payload);
  if (!sequence) return tl::unexpected(sequence.error());
  std::vector<uint8_t> bytes = {kMarkerAndVersion,
                                static_cast<uint8_t>(sequence->profile << 5 | sequence->level),
                                FormatByte(*sequence), 0};
  AppendSized(sequence_obu, bytes);
  if (bytes.size() > kCodecConfigSizeMax)
    return Fail(ErrorCode::kLimitExceeded, "sequence header is too long for an av1C");
  return SharedBytes(std::move(bytes));
}

Result<Track> ReadTrack(const SharedBytes& record) {
  const auto config = ReadAv1Config(record.view());
  if (!config) return tl::unexpected(config.error());
  const SequenceHeader& sequence = config->sequence;
  Track track;
  track.codec = CodecId::kAv1;
  track.config = record;
  track.codec_string = CodecString(sequence);
  track.width = sequence.width;
  track.range = VideoRangeOf(sequence.transfer);
  track.height = sequence.height;
  track.frame_duration = sequence.frame_duration;
  return track;
}

}  // namespace weir::media::av1
